/// Facts in, steps with reasons out.
@NullMarked
package run.ephemeral.core.plan;

import org.jspecify.annotations.NullMarked;
