/// The front door: host names to service processes, and a wake-up call for what sleeps.
///
/// Locks: an event loop takes the monitors of [Site] and [Target], and no other. Whoever holds
/// one of these two, or needs one before it lets go of another lock, never waits for an event
/// loop: it binds and closes no listener, and awaits no future. [RouteTable] takes the monitor
/// of a site inside its own, and is bound by the same rule. [Addresses] waits for event loops,
/// under a lock of its own that no event loop takes. A message to an event loop waits for
/// nothing and may be sent under any lock.
@NullMarked
package run.ephemeral.gateway;

import org.jspecify.annotations.NullMarked;
