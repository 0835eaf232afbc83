package run.ephemeral.engine.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
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
  private static final Duration ACCOUNT = Duration.ofSeconds(30);
  /// The usual time of a removal, of which pods have 15 s to end.
  private static final Duration REMOVAL = Duration.ofSeconds(60);

  private static final Duration LOOK = Duration.ofSeconds(2);

  private final ApiServer api;
  private final Labels labels;
  private final Baseline baseline;
  private final Remains remains;

  /// The last ones that were looked for, and were not there.
  private final Recent<EnvironmentKey> missing = new Recent<>();

  private final Duration removal;

  Namespaces(ApiServer api, Labels labels, Baseline baseline) {
    this(api, labels, baseline, REMOVAL);
  }

  /// @param removal how long a removal may last until people are told what holds it up
  Namespaces(ApiServer api, Labels labels, Baseline baseline, Duration removal) {
    this.api = api;
    this.labels = labels;
    this.baseline = baseline;
    this.remains = new Remains(api);
    this.removal = removal;
  }

  /// @return empty when there is none, or one that is not ours
  Optional<ObjectNode> find(EnvironmentKey environment) {
    var found = api.get(new Paths(environment).namespace());
    if (found.isEmpty()) {
      missing.note(environment);
    }
    return found.filter(namespace -> labels.isOurs(namespace, environment.id()));
  }

  /// A namespace that is there.
  ///
  /// @param isNew whether it was made just now
  /// @param users how many steps of this process use it, or are about to
  record Made(ObjectNode namespace, boolean isNew, AtomicInteger users) {
    Made(ObjectNode namespace, boolean isNew) {
      this(namespace, isNew, new AtomicInteger());
    }
  }

  /// Makes the namespace unless it is there. One that was missing a moment ago is not asked for
  /// again.
  Made make(EnvironmentKey environment) {
    var path = new Paths(environment).namespace();
    var found = missing.forget(environment) ? Optional.<ObjectNode>empty() : api.get(path);
    if (found.isEmpty()) {
      try {
        return new Made(api.create("/api/v1/namespaces", baseline.namespace(environment)), true);
      } catch (ApiException e) {
        // Somebody was faster.
        if (!e.isConflict()) {
          throw e;
        }
        found = api.get(path);
      }
    }
    var namespace = found.orElseThrow(() -> unusable("its namespace was deleted meanwhile"));
    checkUsable(environment, namespace);
    return new Made(namespace, false);
  }

  /// Applies the baseline. The service account, which the cluster makes meanwhile, is asked for
  /// last.
  ///
  /// Whoever did not make the namespace writes to it first: then nobody else removes it as unused.
  /// From then on the namespace says of which version its baseline is, and meanwhile that it is of
  /// none.
  void furnish(EnvironmentKey environment, Made made) throws InterruptedException {
    var paths = new Paths(environment);
    if (!made.isNew()) {
      checkUsable(environment, api.merge(paths.namespace(), taken(environment, made)));
    }
    AtOnce.all(
        () -> api.apply(paths.core("limitranges/defaults"), baseline.limitRange(environment)),
        () -> api.apply(paths.core("resourcequotas/environment"), baseline.quota(environment)),
        () -> api.apply(paths.networkPolicy(), baseline.networkPolicy(environment)));
    awaitAccount(paths);
    if (!made.isNew()) {
      api.merge(paths.namespace(), noted(made, digest(environment).hex()));
    }
  }

  /// Marks that were removed from the settings of the cluster stay on the namespace.
  private ObjectNode taken(EnvironmentKey environment, Made made) {
    var patch = noted(made, "-");
    var metadata = patch.withObject("metadata");
    var wanted = baseline.namespace(environment).path("metadata");
    metadata.withObject("labels").setAll((ObjectNode) wanted.path("labels"));
    wanted.path("annotations").properties().forEach(each -> annotate(metadata, each));
    metadata.withObject("annotations").put(Labels.TAKEN, Instant.now().toString());
    return patch;
  }

  private static void annotate(ObjectNode metadata, Map.Entry<String, JsonNode> annotation) {
    metadata.withObject("annotations").set(annotation.getKey(), annotation.getValue());
  }

  /// With the uid, since another namespace may have the name meanwhile.
  private static ObjectNode noted(Made made, String version) {
    var patch = JsonNodeFactory.instance.objectNode();
    var metadata = patch.withObject("metadata").put("uid", uid(made.namespace()));
    metadata.withObject("annotations").put(Labels.BASELINE, version);
    return patch;
  }

  /// The version of its baseline; empty while the first one was never replaced: then workloads say
  /// it.
  static Optional<String> baseline(Made made) {
    return Optional.of(annotation(made.namespace(), Labels.BASELINE))
        .filter(version -> !version.isEmpty());
  }

  /// The admission of pods fails before the account is there.
  private void awaitAccount(Paths paths) throws InterruptedException {
    Waiting.until(ACCOUNT, () -> api.get(paths.core("serviceaccounts/default")).isPresent());
  }

  /// Whatever is wrong is somebody else's to mend, and is looked at again: nobody tells us.
  private void checkUsable(EnvironmentKey environment, JsonNode namespace) {
    var name = environment.name();
    if (isTerminating(namespace)) {
      throw unusable(
          "it waits until the cluster has removed the namespace `%s` of before, with all that was"
                  .formatted(name)
              + " in it; then it gets a new one");
    }
    if (!labels.isOurs(namespace, environment.id())) {
      var whose = label(namespace, Labels.INSTALLATION);
      if (whose.equals(labels.installation())) {
        throw unusable(
            "the cluster has a namespace `%s` that was not made for this environment, but for an"
                    .formatted(name)
                + " earlier one; when that is no more, this removes it: ephemeral doctor --fix");
      }
      throw unusable(
          "the cluster has a namespace `%s` that was not made for this environment, but %s; it is"
                  .formatted(
                      name,
                      whose.isEmpty()
                          ? "by somebody else"
                          : "by another installation of ephemeral (`%s`)".formatted(whose))
              + " left as it is, and the environment starts once it is gone: kubectl delete"
              + " namespace "
              + name);
    }
  }

  private static FaultException unusable(String why) {
    return new FaultException(new Fault(Fault.Kind.EXTERNAL, why, ""));
  }

  /// Deletes the namespace without waiting until it is gone.
  void delete(EnvironmentKey environment) {
    find(environment)
        .ifPresent(found -> api.delete(new Paths(environment).namespace(), uid(found)));
  }

  /// Deletes a namespace that no step of this process uses without waiting, unless another process
  /// has taken it over since it was made.
  void deleteUnused(EnvironmentKey environment, ObjectNode created) {
    var version = created.path("metadata").path("resourceVersion").asText();
    api.delete(new Paths(environment).namespace(), uid(created), Optional.of(version));
  }

  /// The version of the baseline.
  Digest digest(EnvironmentKey environment) {
    return Digest.of(
        "baseline 1",
        baseline.namespace(environment).toString(),
        baseline.limitRange(environment).toString(),
        baseline.quota(environment).toString(),
        baseline.networkPolicy(environment).toString());
  }

  /// Deletes the namespace and waits until it is gone. One whose removal lasts is only looked at.
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
    var last = new ObjectNode[] {found.get()};
    var isGone =
        Waiting.until(
            patience(found.get()),
            () -> {
              var now = api.get(path).filter(known -> uid(known).equals(uid));
              now.ifPresent(known -> last[0] = known);
              return now.isEmpty();
            });
    return isGone ? Optional.empty() : Optional.of(remains.of(last[0]));
  }

  /// What is left of the usual time of a removal.
  private Duration patience(JsonNode namespace) {
    var since = namespace.path("metadata").path("deletionTimestamp").asText();
    if (since.isEmpty()) {
      return removal;
    }
    var left = removal.minus(Duration.between(Instant.parse(since), Instant.now()));
    return left.compareTo(removal) > 0 ? removal : left.compareTo(LOOK) < 0 ? LOOK : left;
  }

  static boolean isTerminating(JsonNode object) {
    return object.path("metadata").has("deletionTimestamp");
  }

  static String uid(JsonNode object) {
    return object.path("metadata").path("uid").asText();
  }

  private static String label(JsonNode object, String name) {
    return object.path("metadata").path("labels").path(name).asText();
  }

  static String annotation(JsonNode object, String name) {
    return object.path("metadata").path("annotations").path(name).asText();
  }
}
