/// Talks to the API server of a cluster: kubeconfig, TLS, requests on trees, watches.
@NullMarked
package run.ephemeral.engine.kubernetes.client;

import org.jspecify.annotations.NullMarked;
