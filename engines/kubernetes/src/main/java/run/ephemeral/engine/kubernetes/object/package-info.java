/// The Kubernetes objects of an environment, as trees. Pure.
@NullMarked
package run.ephemeral.engine.kubernetes.object;

import org.jspecify.annotations.NullMarked;
