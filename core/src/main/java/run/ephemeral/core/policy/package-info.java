/// Limits and retry delays.
@NullMarked
package run.ephemeral.core.policy;

import org.jspecify.annotations.NullMarked;
