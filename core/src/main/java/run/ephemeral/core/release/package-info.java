/// The exact inputs of an environment, and what they make of each component.
@NullMarked
package run.ephemeral.core.release;

import org.jspecify.annotations.NullMarked;
