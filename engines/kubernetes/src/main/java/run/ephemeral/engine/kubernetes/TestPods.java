package run.ephemeral.engine.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.Digest;
import run.ephemeral.core.Fault;
import run.ephemeral.core.artifact.Artifacts;
import run.ephemeral.core.engine.TestResult;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.release.Artifact;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.step.Outcome;
import run.ephemeral.core.step.Step;
import run.ephemeral.engine.kubernetes.client.ApiException;
import run.ephemeral.engine.kubernetes.client.ApiServer;
import run.ephemeral.engine.kubernetes.object.Container;
import run.ephemeral.engine.kubernetes.object.Labels;

/// Tests, each in a pod of its own that is removed when it has ended. The newest result of each
/// is kept as an annotation of the namespace, which is read anyway.
final class TestPods {
  private static final Duration LONGEST = Duration.ofMinutes(10);
  private static final Logger LOG = LoggerFactory.getLogger(TestPods.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ApiServer api;
  private final Labels labels;
  private final Container containers;
  private final SignIns signIns;
  private final Artifacts images;

  TestPods(ApiServer api, Labels labels, Container containers, SignIns signIns, Artifacts images) {
    this.api = api;
    this.labels = labels;
    this.signIns = signIns;
    this.containers = containers;
    this.images = images;
  }

  /// @param namespace as the API server has it
  static List<TestResult> results(ObjectNode namespace) {
    var results = new ArrayList<TestResult>();
    for (var entry : namespace.path("metadata").path("annotations").properties()) {
      if (entry.getKey().startsWith(Labels.RESULT)) {
        var test = entry.getKey().substring(Labels.RESULT.length());
        result(test, entry.getValue().asText()).ifPresent(results::add);
      }
    }
    return results;
  }

  /// Empty when somebody else wrote it: the test runs again.
  private static Optional<TestResult> result(String test, String text) {
    try {
      var kept = JSON.readTree(text);
      return Optional.of(
          new TestResult(
              new ComponentName(test),
              new Digest(kept.path("key").asText()),
              kept.path("passed").asBoolean(),
              kept.path("summary").asText()));
    } catch (JsonProcessingException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /// The namespace is there.
  Outcome run(EnvironmentKey environment, Step.Test step, Variables variables)
      throws InterruptedException {
    var test = step.test();
    if (!(images.known(Set.of(test.source())).get(test.source().key())
        instanceof Artifact.Image image)) {
      return new Outcome.Failed(Fault.user("the image of the test is not there"));
    }
    signIns.write(environment, "test-" + test.name(), Set.of(image.image()));
    var name = "test-" + test.name() + "-" + step.result().brief();
    var path = new Paths(environment).core("pods") + "/" + name;
    var env = variables.of(environment, test.env(), Container.PORT);
    removeOthers(environment, test.name(), name);
    if (api.get(path).isEmpty()) {
      var pod = containers.testPod(environment, name, test, image.reference(), env);
      api.create(new Paths(environment).core("pods"), pod);
    }
    try {
      var hasEnded =
          Waiting.until(LONGEST, () -> api.get(path).filter(TestPods::ended).isPresent());
      var pod = api.get(path);
      if (!hasEnded || pod.isEmpty()) {
        return new Outcome.Failed(Fault.user("the test did not end"));
      }
      var passed = pod.get().path("status").path("phase").asText().equals("Succeeded");
      var code =
          pod.get()
              .path("status")
              .path("containerStatuses")
              .path(0)
              .path("state")
              .path("terminated")
              .path("exitCode")
              .asInt();
      keep(
          environment,
          new TestResult(test.name(), step.result(), passed, passed ? "passed" : "exited " + code));
      return new Outcome.Done(passed ? "passed" : "failed");
    } finally {
      remove(path);
    }
  }

  /// Pods of earlier versions of the test, which nobody waits for.
  private void removeOthers(EnvironmentKey environment, ComponentName test, String name) {
    var pods = new Paths(environment).core("pods");
    var query = Map.of("labelSelector", labels.selector(Labels.TEST, test.value()));
    for (var pod : api.list(pods, query)) {
      var other = pod.path("metadata").path("name").asText();
      if (!other.equals(name)) {
        api.delete(pods + "/" + other, Namespaces.uid(pod));
      }
    }
  }

  /// An interrupt is kept until the pod is removed. What cannot be removed ends by itself, at its
  /// deadline.
  private void remove(String path) {
    var interrupted = Thread.interrupted();
    try {
      api.get(path).ifPresent(pod -> api.delete(path, Namespaces.uid(pod)));
    } catch (ApiException e) {
      LOG.warn("the pod of a test is left: {}", e.getMessage());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static boolean ended(ObjectNode pod) {
    var phase = pod.path("status").path("phase").asText();
    return phase.equals("Succeeded") || phase.equals("Failed");
  }

  /// By a merge patch of one key: tests may end at the same time. A namespace that is not that of
  /// the environment any more stays as it is.
  private void keep(EnvironmentKey environment, TestResult result) {
    var path = new Paths(environment).namespace();
    var namespace = api.get(path).filter(found -> labels.isOurs(found, environment.id()));
    if (namespace.isEmpty()) {
      return;
    }
    var kept = JSON.createObjectNode();
    kept.put("key", result.key().hex()).put("passed", result.passed());
    kept.put("summary", result.summary());
    var patch = JSON.createObjectNode();
    var metadata = patch.withObject("metadata").put("uid", Namespaces.uid(namespace.get()));
    metadata.withObject("annotations").put(Labels.RESULT + result.test(), kept.toString());
    api.merge(path, patch);
  }
}
