/// Limits, back-off and the other small judgements.
@NullMarked
package run.ephemeral.core.policy;

import org.jspecify.annotations.NullMarked;
