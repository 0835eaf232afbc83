/// Logs that programs write themselves: kept within bounds, and read through rotations.
@NullMarked
package run.ephemeral.engine.process.log;

import org.jspecify.annotations.NullMarked;
