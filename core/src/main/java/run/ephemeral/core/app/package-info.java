/// The apps whose repositories the control plane follows.
@NullMarked
package run.ephemeral.core.app;

import org.jspecify.annotations.NullMarked;
