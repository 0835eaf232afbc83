/// Commands as processes: how they are started, identified and ended.
@NullMarked
package run.ephemeral.engine.process.command;

import org.jspecify.annotations.NullMarked;
