package run.ephemeral.engine.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import run.ephemeral.core.Digest;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.engine.kubernetes.client.ApiException;
import run.ephemeral.engine.kubernetes.client.ApiServer;
import run.ephemeral.engine.kubernetes.object.Baseline;
import run.ephemeral.engine.kubernetes.object.Labels;

/// The namespace of an environment, with what is in it before the first pod.
///
/// A namespace that this installation did not make for this environment is neither used nor
/// deleted, whatever its name.
final class Namespaces {
  private static final String BASELINE = "ephemeral.run/baseline";
  private static final Duration ACCOUNT = Duration.ofSeconds(30);
  private static final Duration REMOVAL = Duration.ofSeconds(90);

  private final ApiServer api;
  private final Labels labels;
  private final Baseline baseline;

  Namespaces(ApiServer api, Labels labels, Baseline baseline) {
    this.api = api;
    this.labels = labels;
    this.baseline = baseline;
  }

  /// @return empty when there is none, or one that is not ours
  Optional<ObjectNode> find(EnvironmentKey environment) {
    return api.get(new Paths(environment).namespace())
        .filter(found -> labels.isOurs(found, environment.id()));
  }

  /// Makes the namespace and its baseline unless they are there.
  ///
  /// @return whether the namespace was made
  boolean prepare(EnvironmentKey environment) throws InterruptedException {
    var paths = new Paths(environment);
    var digest = digest(environment).hex();
    var found = api.get(paths.namespace());
    if (found.isPresent()) {
      checkUsable(environment, found.get());
      if (annotation(found.get(), BASELINE).equals(digest)) {
        return false;
      }
    }
    var isNew = found.isEmpty() && create(environment);
    // The admission of pods fails before the account is there, and quotas count from their
    // creation.
    Waiting.until(ACCOUNT, () -> api.get(paths.core("serviceaccounts/default")).isPresent());
    api.apply(paths.core("limitranges/defaults"), baseline.limitRange(environment));
    api.apply(paths.core("resourcequotas/environment"), baseline.quota(environment));
    api.apply(paths.networkPolicy(), baseline.networkPolicy(environment));
    var done = JsonNodeFactory.instance.objectNode();
    done.withObject("metadata").withObject("annotations").put(BASELINE, digest);
    api.merge(paths.namespace(), done);
    return isNew;
  }

  private boolean create(EnvironmentKey environment) {
    try {
      api.create("/api/v1/namespaces", baseline.namespace(environment));
      return true;
    } catch (ApiException e) {
      // A step of the same environment, side by side with this one, was faster.
      if (!e.isConflict()) {
        throw e;
      }
      var found = api.get(new Paths(environment).namespace());
      found.ifPresent(namespace -> checkUsable(environment, namespace));
      return false;
    }
  }

  private void checkUsable(EnvironmentKey environment, JsonNode namespace) {
    if (!labels.isOurs(namespace, environment.id())) {
      throw new FaultException(
          Fault.user(
              "the cluster has a namespace `%s` that was not made for this environment; rename or"
                      .formatted(environment.name())
                  + " delete it"));
    }
    if (isTerminating(namespace)) {
      throw new FaultException(
          new Fault(
              Fault.Kind.EXTERNAL,
              "its namespace is being removed from the cluster; it is made again after that",
              ""));
    }
  }

  /// Removes the namespace without waiting.
  void removeNew(EnvironmentKey environment) {
    find(environment)
        .ifPresent(found -> api.delete(new Paths(environment).namespace(), uid(found)));
  }

  private Digest digest(EnvironmentKey environment) {
    return Digest.of(
        "baseline 1",
        baseline.namespace(environment).toString(),
        baseline.limitRange(environment).toString(),
        baseline.quota(environment).toString(),
        baseline.networkPolicy(environment).toString());
  }

  /// Deletes the namespace and waits until it is gone.
  ///
  /// @return what holds it up; empty when it is gone
  Optional<String> remove(EnvironmentKey environment) throws InterruptedException {
    var found = find(environment);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    var path = new Paths(environment).namespace();
    var uid = uid(found.get());
    if (!isTerminating(found.get())) {
      api.delete(path, uid);
    }
    var isGone =
        Waiting.until(REMOVAL, () -> api.get(path).filter(now -> uid(now).equals(uid)).isEmpty());
    return isGone ? Optional.empty() : Optional.of(api.get(path).map(this::holdUp).orElse(""));
  }

  /// The conditions by which the namespace controller says what remains.
  private String holdUp(JsonNode namespace) {
    var why =
        StreamSupport.stream(namespace.path("status").path("conditions").spliterator(), false)
            .filter(condition -> condition.path("status").asText().equals("True"))
            .map(condition -> condition.path("message").asText())
            .collect(Collectors.joining("; "));
    return why.isEmpty() ? "the cluster has not said why" : why;
  }

  static boolean isTerminating(JsonNode object) {
    return object.path("metadata").has("deletionTimestamp");
  }

  static String uid(JsonNode object) {
    return object.path("metadata").path("uid").asText();
  }

  static String annotation(JsonNode object, String name) {
    return object.path("metadata").path("annotations").path(name).asText();
  }
}
