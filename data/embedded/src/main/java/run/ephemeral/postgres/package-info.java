/// A real PostgreSQL server on this machine: unpacked, set up, started, adopted, restarted,
/// stopped.
@NullMarked
package run.ephemeral.postgres;

import org.jspecify.annotations.NullMarked;
