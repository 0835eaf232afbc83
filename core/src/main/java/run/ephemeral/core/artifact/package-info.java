/// The port behind which artifacts are made and found.
@NullMarked
package run.ephemeral.core.artifact;

import org.jspecify.annotations.NullMarked;
