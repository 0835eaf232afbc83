/// Finds images in container registries.
@NullMarked
package run.ephemeral.artifact.registry;

import org.jspecify.annotations.NullMarked;
