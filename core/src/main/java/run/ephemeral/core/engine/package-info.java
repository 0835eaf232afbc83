/// The port behind which environments run, and the facts it reports.
@NullMarked
package run.ephemeral.core.engine;

import org.jspecify.annotations.NullMarked;
