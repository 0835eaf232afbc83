/// Processes of services, from their start to their end, across lives of the control plane.
@NullMarked
package run.ephemeral.engine.process.instance;

import org.jspecify.annotations.NullMarked;
