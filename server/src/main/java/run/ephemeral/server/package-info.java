/// The control plane: wiring, and the process around it.
@NullMarked
package run.ephemeral.server;

import org.jspecify.annotations.NullMarked;
