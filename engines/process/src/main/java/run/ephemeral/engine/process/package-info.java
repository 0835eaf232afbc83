/// Environments as processes of this machine.
@NullMarked
package run.ephemeral.engine.process;

import org.jspecify.annotations.NullMarked;
