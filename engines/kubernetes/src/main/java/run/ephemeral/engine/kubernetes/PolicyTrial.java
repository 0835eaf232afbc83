package run.ephemeral.engine.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.cluster.ClusterSettings;
import run.ephemeral.core.cluster.Finding;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.release.ArtifactOrder;
import run.ephemeral.core.release.Component;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.engine.kubernetes.client.ApiException;
import run.ephemeral.engine.kubernetes.client.ApiServer;
import run.ephemeral.engine.kubernetes.object.Baseline;
import run.ephemeral.engine.kubernetes.object.Container;
import run.ephemeral.engine.kubernetes.object.Labels;

/// Tries whether a cluster enforces NetworkPolicy: many accept the objects and let everything pass.
///
/// It makes two namespaces as for environments, with a server in the first. A pod beside the server
/// must reach it, and a pod in the second namespace must not. Both namespaces are deleted at the
/// end; they have the id of no environment, so that the audit finds them after a crash.
final class PolicyTrial {
  private static final Logger LOG = LoggerFactory.getLogger(PolicyTrial.class);
  private static final String NAME = "network policy";
  private static final EnvironmentId NOBODY = new EnvironmentId(0);
  private static final Duration START = Duration.ofSeconds(30);
  private static final Duration RESULT = Duration.ofSeconds(25);
  private static final int PORT = 8080;

  private static final String SERVE = "exec httpd -f -p %d -h /tmp".formatted(PORT);

  /// Repeated, since rules follow pods with a delay.
  private static final String TRIES = "for i in 1 2 3 4 5 6 7 8; do ";

  private static final String REACHES =
      TRIES + "nc -w 2 %s %d < /dev/null && exit 0; sleep 1; done; exit 1";
  /// Twice, since one connection may fail by accident.
  private static final String IS_KEPT_OUT =
      TRIES
          + "nc -w 2 %1$s %2$d < /dev/null || nc -w 2 %1$s %2$d < /dev/null || exit 0;"
          + " sleep 1; done; exit 1";

  private final ApiServer api;
  private final Namespaces namespaces;
  private final Container containers;
  private final String image;

  /// @param image with the programs of busybox
  PolicyTrial(ApiServer api, Labels labels, ClusterSettings settings, String image) {
    this.api = api;
    this.namespaces = new Namespaces(api, labels, new Baseline(labels, settings));
    this.containers = new Container(labels, settings);
    this.image = image;
  }

  Finding run() throws InterruptedException {
    var suffix = Long.toString(ThreadLocalRandom.current().nextLong(Integer.MAX_VALUE), 36);
    var first = new EnvironmentKey(NOBODY, new EnvironmentName("trial-a-" + suffix));
    var second = new EnvironmentKey(NOBODY, new EnvironmentName("trial-b-" + suffix));
    try {
      for (var each : List.of(first, second)) {
        namespaces.furnish(each, namespaces.make(each));
      }
      return tried(first, second);
    } finally {
      remove(first);
      remove(second);
    }
  }

  /// An interrupt is kept until it is done. What cannot be removed, the audit finds.
  private void remove(EnvironmentKey namespace) {
    var interrupted = Thread.interrupted();
    try {
      namespaces.delete(namespace);
    } catch (ApiException e) {
      LOG.warn("the namespace {} of a trial is left: {}", namespace.name(), e.getMessage());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private Finding tried(EnvironmentKey first, EnvironmentKey second) throws InterruptedException {
    var server = start(first, "server", SERVE);
    Waiting.until(START, () -> isUp(server) || trouble(server).isPresent());
    if (!isUp(server)) {
      var why = trouble(server).orElse("its pod did not start in time");
      return Finding.warning(
          NAME,
          "not tried: %s (image %s)".formatted(why, image),
          "name an image with the programs of busybox: --probe-image");
    }
    var ip = address(server);
    if (end(start(first, "beside", REACHES.formatted(ip, PORT))) != End.SUCCEEDED) {
      return undecided("a pod does not reach another one of its own namespace");
    }
    return switch (end(start(second, "outside", IS_KEPT_OUT.formatted(ip, PORT)))) {
      case NONE -> undecided("a pod of another namespace did not start in time");
      case FAILED ->
          Finding.warning(
              NAME,
              "not enforced: a pod reaches the pods of other namespaces",
              "use a network plugin that enforces NetworkPolicy, such as Calico or Cilium; until"
                  + " then environments can reach each other");
      case SUCCEEDED ->
          // It was kept out, and not cut off with everybody else.
          end(start(first, "again", REACHES.formatted(ip, PORT))) == End.SUCCEEDED
              ? Finding.ok(NAME, "enforced: a pod of another namespace was kept out")
              : undecided("a pod did not reach its neighbour any more");
    };
  }

  private static Finding undecided(String why) {
    return Finding.warning(NAME, "not decided: " + why, "look at the cluster's network, try again");
  }

  /// @return the path of the pod
  private String start(EnvironmentKey environment, String name, String command) {
    var test =
        new Component.Test(
            new ComponentName(name),
            new ArtifactOrder.Pulled(image, List.of("trial")),
            command,
            Map.of());
    var pods = new Paths(environment).core("pods");
    api.create(pods, containers.testPod(environment, name, test, image, Map.of()));
    return pods + "/" + name;
  }

  private Optional<JsonNode> status(String pod) {
    return api.get(pod).map(found -> found.path("status"));
  }

  private String address(String pod) {
    return status(pod).map(status -> status.path("podIP").asText()).orElse("");
  }

  private boolean isUp(String pod) {
    return phase(pod).equals("Running") && !address(pod).isEmpty();
  }

  private Optional<String> trouble(String pod) {
    return api.get(pod).flatMap(PodTrouble::of);
  }

  private String phase(String pod) {
    return status(pod).map(status -> status.path("phase").asText()).orElse("");
  }

  /// How a pod ended.
  private enum End {
    SUCCEEDED,
    FAILED,
    NONE
  }

  private End end(String pod) throws InterruptedException {
    Waiting.until(RESULT, () -> phase(pod).matches("Succeeded|Failed"));
    return switch (phase(pod)) {
      case "Succeeded" -> End.SUCCEEDED;
      case "Failed" -> End.FAILED;
      default -> End.NONE;
    };
  }
}
