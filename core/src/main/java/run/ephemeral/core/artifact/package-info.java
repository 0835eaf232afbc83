/// The port that builds and finds artifacts.
@NullMarked
package run.ephemeral.core.artifact;

import org.jspecify.annotations.NullMarked;
