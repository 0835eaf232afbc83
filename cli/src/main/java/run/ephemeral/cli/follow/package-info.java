/// Following environments while they change, live.
@NullMarked
package run.ephemeral.cli.follow;

import org.jspecify.annotations.NullMarked;
