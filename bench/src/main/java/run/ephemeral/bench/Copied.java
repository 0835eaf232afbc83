package run.ephemeral.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import run.ephemeral.testkit.TestBed;

/// The objects of an environment, for other programs to apply: without what the cluster added, and
/// without the labels by which the product would know them.
///
/// @param objects all that is in the namespace, without its name
record Copied(ObjectNode namespace, List<ObjectNode> objects) {
  static final ObjectMapper JSON = new ObjectMapper();
  private static final String KINDS =
      "limitrange,resourcequota,networkpolicy,service,deployment.apps";

  Copied {
    objects = List.copyOf(objects);
  }

  /// @param name of the environment
  static Copied of(String name) throws IOException {
    var namespace = JSON.readTree(TestBed.kubectl("get", "ns", name, "-o", "json"));
    var list = JSON.readTree(TestBed.kubectl("-n", name, "get", KINDS, "-o", "json"));
    var objects = new ArrayList<ObjectNode>();
    list.path("items").forEach(item -> objects.add(stripped(item)));
    return new Copied(stripped(namespace), objects);
  }

  private static ObjectNode stripped(JsonNode object) {
    var known = (ObjectNode) object;
    known.remove("status");
    var metadata = known.withObject("metadata");
    metadata.remove(
        List.of("uid", "resourceVersion", "creationTimestamp", "generation", "namespace"));
    metadata.withObject("annotations").remove("deployment.kubernetes.io/revision");
    metadata.withObject("labels").remove("ephemeral.run/installation");
    metadata.withObject("labels").remove("kubernetes.io/metadata.name");
    if (known.path("kind").asText().equals("Namespace")) {
      known.remove("spec");
    }
    if (known.path("spec") instanceof ObjectNode spec) {
      spec.remove(List.of("clusterIP", "clusterIPs"));
    }
    return known;
  }
}
