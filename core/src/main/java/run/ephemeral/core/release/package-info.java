/// The exact inputs of an environment, and the components made from them.
@NullMarked
package run.ephemeral.core.release;

import org.jspecify.annotations.NullMarked;
