/// The gateway: forwards host names to service processes, and wakes sleeping environments.
///
/// Locks: an event loop takes the monitors of [Site] and [Target], and no other. A thread that
/// holds one of these two, or takes one while it holds another lock, never waits for an event
/// loop: it binds and closes no listener, and awaits no future. [RouteTable] takes the monitor
/// of a site inside its own, and is bound by the same rule. [Addresses] waits for event loops,
/// under a lock of its own that no event loop takes. Sending a task to an event loop waits for
/// nothing and is allowed under any lock.
@NullMarked
package run.ephemeral.gateway;

import org.jspecify.annotations.NullMarked;
