/// Environments as processes of this machine and databases of an embedded PostgreSQL.
@NullMarked
package run.ephemeral.engine.process;

import org.jspecify.annotations.NullMarked;
