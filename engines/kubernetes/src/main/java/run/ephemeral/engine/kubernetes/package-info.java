/// Environments as namespaces of a Kubernetes cluster.
@NullMarked
package run.ephemeral.engine.kubernetes;

import org.jspecify.annotations.NullMarked;
