/// The Kubernetes clusters that were added to an installation, and the port that connects to them.
@NullMarked
package run.ephemeral.core.cluster;

import org.jspecify.annotations.NullMarked;
