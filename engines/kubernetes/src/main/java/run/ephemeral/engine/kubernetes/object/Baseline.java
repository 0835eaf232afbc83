package run.ephemeral.engine.kubernetes.object;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import run.ephemeral.core.cluster.ClusterSettings;
import run.ephemeral.core.name.EnvironmentKey;

/// What every namespace has before the first pod: Pod Security, limits, a quota, and a network
/// policy that lets in its own pods and the gateway, and lets out to DNS, its own pods and the
/// internet, but not to the cluster's other networks.
public record Baseline(Labels labels, ClusterSettings settings) {
  private static final String CORE = "v1";

  public ObjectNode namespace(EnvironmentKey environment) {
    var object = object(CORE, "Namespace", environment.name().value());
    labels.of(object.withObject("metadata"), environment);
    object
        .withObject("metadata")
        .withObject("labels")
        .put(
            "pod-security.kubernetes.io/enforce",
            settings.podSecurity().name().toLowerCase(Locale.ROOT));
    var marks = settings.marks();
    sorted(marks.labels()).forEach(object.withObject("metadata").withObject("labels")::put);
    sorted(marks.annotations())
        .forEach(object.withObject("metadata").withObject("annotations")::put);
    return object;
  }

  /// The order of other maps is another one in each process, and the text is compared.
  private static Map<String, String> sorted(Map<String, String> marks) {
    return new TreeMap<>(marks);
  }

  public ObjectNode limitRange(EnvironmentKey environment) {
    var object = mine(CORE, "LimitRange", "defaults", environment);
    var limit = object.withObject("spec").withArray("limits").addObject();
    limit.put("type", "Container");
    var sizes = settings.sizes();
    limit.withObject("defaultRequest").put("cpu", sizes.requestCpu());
    limit.withObject("defaultRequest").put("memory", sizes.requestMemory());
    limit.withObject("default").put("memory", sizes.limitMemory());
    return object;
  }

  public ObjectNode quota(EnvironmentKey environment) {
    var object = mine(CORE, "ResourceQuota", "environment", environment);
    object
        .withObject("spec")
        .withObject("hard")
        .put("pods", Integer.toString(settings.sizes().pods()))
        .put("services.loadbalancers", "0")
        .put("services.nodeports", "0");
    return object;
  }

  public ObjectNode networkPolicy(EnvironmentKey environment) {
    var object = mine("networking.k8s.io/v1", "NetworkPolicy", "environment", environment);
    var spec = object.withObject("spec");
    spec.putObject("podSelector");
    spec.withArray("policyTypes").add("Ingress").add("Egress");
    var from = spec.withArray("ingress").addObject().withArray("from");
    from.addObject().putObject("podSelector");
    var gateway = from.addObject();
    // Anything may run in the namespace of an environment, with any labels.
    gateway
        .withObject("namespaceSelector")
        .withArray("matchExpressions")
        .addObject()
        .put("key", Labels.ENVIRONMENT)
        .put("operator", "DoesNotExist");
    gateway
        .withObject("podSelector")
        .withObject("matchLabels")
        .put("app.kubernetes.io/component", "gateway")
        .put(Labels.INSTALLATION, labels.installation());
    var egress = spec.withArray("egress");
    egress.addObject().withArray("to").addObject().putObject("podSelector");
    var dns = egress.addObject();
    var server = dns.withArray("to").addObject();
    server.putObject("namespaceSelector");
    server.withObject("podSelector").withObject("matchLabels").put("k8s-app", "kube-dns");
    var internet =
        egress
            .addObject()
            .withArray("to")
            .addObject()
            .withObject("ipBlock")
            .put("cidr", "0.0.0.0/0");
    settings.inside().forEach(internet.withArray("except")::add);
    return object;
  }

  private ObjectNode mine(String version, String kind, String name, EnvironmentKey environment) {
    var object = object(version, kind, name);
    labels.of(object.withObject("metadata"), environment);
    return object;
  }

  static ObjectNode object(String version, String kind, String name) {
    var object = JsonNodeFactory.instance.objectNode();
    object.put("apiVersion", version).put("kind", kind).putObject("metadata").put("name", name);
    return object;
  }
}
