/// Limits and back-off.
@NullMarked
package run.ephemeral.core.policy;

import org.jspecify.annotations.NullMarked;
