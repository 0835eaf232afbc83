/// Processes of services from start to end, across restarts of the control plane.
@NullMarked
package run.ephemeral.engine.process.instance;

import org.jspecify.annotations.NullMarked;
