/// Commands as processes: how they are started, known again and ended.
@NullMarked
package run.ephemeral.engine.process.command;

import org.jspecify.annotations.NullMarked;
