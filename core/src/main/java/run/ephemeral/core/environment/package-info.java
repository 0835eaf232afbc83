/// One running copy of an app: its names, what is wanted of it, and its phase.
@NullMarked
package run.ephemeral.core.environment;

import org.jspecify.annotations.NullMarked;
