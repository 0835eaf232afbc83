/// Pull requests, and the rules by which they get an environment.
@NullMarked
package run.ephemeral.core.pullrequest;

import org.jspecify.annotations.NullMarked;
