package run.ephemeral.engine.kubernetes.object;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.spec.ComponentName;

/// The labels and annotations by which our objects are found and recognised.
///
/// @param installation which of several installations of the product an object belongs to
public record Labels(String installation) {
  public static final String INSTALLATION = "ephemeral.run/installation";
  public static final String ENVIRONMENT = "ephemeral.run/environment";
  public static final String COMPONENT = "ephemeral.run/component";

  /// On the pod of a test.
  public static final String TEST = "ephemeral.run/test";

  /// Annotation: the digest of the component that an object was applied for.
  public static final String DIGEST = "ephemeral.run/digest";

  /// Annotation of a workload: the digest of the baseline that its namespace had before. Annotation
  /// of a namespace: the digest of its baseline, if that was replaced.
  public static final String BASELINE = "ephemeral.run/baseline";

  /// Annotation of a namespace: when a control plane began to use it that had not made it.
  public static final String TAKEN = "ephemeral.run/taken-over";

  /// Annotation: the number of pods to which a sleeping workload wakes.
  public static final String AWAKE = "ephemeral.run/awake-replicas";

  /// What stands before the name of a test in the annotation of a namespace that has its result.
  public static final String RESULT = "test.ephemeral.run/";

  private static final String MANAGED_BY = "app.kubernetes.io/managed-by";

  void of(ObjectNode metadata, EnvironmentKey environment) {
    metadata
        .withObject("labels")
        .put(MANAGED_BY, "ephemeral.run")
        .put(INSTALLATION, installation)
        .put(ENVIRONMENT, environment.id().toString());
  }

  void of(ObjectNode metadata, EnvironmentKey environment, ComponentName component) {
    of(metadata, environment);
    metadata.withObject("labels").put(COMPONENT, component.value());
  }

  /// Whether an object was made by this installation for this environment, of this life: names
  /// return, ids do not.
  public boolean isOurs(JsonNode object, EnvironmentId environment) {
    var labels = object.path("metadata").path("labels");
    return labels.path(INSTALLATION).asText().equals(installation)
        && labels.path(ENVIRONMENT).asText().equals(environment.toString());
  }

  /// The environment of an object; empty when the label has no id.
  public static Optional<EnvironmentId> environment(JsonNode object) {
    var id = object.path("metadata").path("labels").path(ENVIRONMENT).asText();
    return id.matches("[0-9]{1,18}")
        ? Optional.of(new EnvironmentId(Long.parseLong(id)))
        : Optional.empty();
  }

  /// The selector of objects that have all of these labels.
  public static String selector(Map<String, String> all) {
    return all.entrySet().stream()
        .map(label -> label.getKey() + "=" + label.getValue())
        .collect(Collectors.joining(","));
  }

  public String selector() {
    return INSTALLATION + "=" + installation;
  }

  /// The selector of this installation's objects with one more label.
  public String selector(String key, String value) {
    return selector() + "," + key + "=" + value;
  }
}
