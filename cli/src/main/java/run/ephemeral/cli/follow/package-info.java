/// Follows environments live while they change.
@NullMarked
package run.ephemeral.cli.follow;

import org.jspecify.annotations.NullMarked;
