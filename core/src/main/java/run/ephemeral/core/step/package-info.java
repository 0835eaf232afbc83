/// What can be done for an environment, as data.
@NullMarked
package run.ephemeral.core.step;

import org.jspecify.annotations.NullMarked;
