/// The possible effects on an environment, as data.
@NullMarked
package run.ephemeral.core.step;

import org.jspecify.annotations.NullMarked;
