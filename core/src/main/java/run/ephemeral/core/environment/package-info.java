/// One running copy of an app: its desired and observed state, and its phase.
@NullMarked
package run.ephemeral.core.environment;

import org.jspecify.annotations.NullMarked;
