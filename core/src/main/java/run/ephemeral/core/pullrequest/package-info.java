/// Proposals to change an app, and which of them get an environment.
@NullMarked
package run.ephemeral.core.pullrequest;

import org.jspecify.annotations.NullMarked;
