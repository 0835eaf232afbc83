/// The front door: host names to service processes, and a wake-up call for what sleeps.
@NullMarked
package run.ephemeral.gateway;

import org.jspecify.annotations.NullMarked;
