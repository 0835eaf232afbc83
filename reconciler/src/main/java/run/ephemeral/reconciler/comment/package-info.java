/// Commands that people write in comments.
@NullMarked
package run.ephemeral.reconciler.comment;

import org.jspecify.annotations.NullMarked;
