package run.ephemeral.engine.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.step.Step;
import run.ephemeral.engine.kubernetes.client.ApiException;
import run.ephemeral.engine.kubernetes.client.ApiServer;
import run.ephemeral.engine.kubernetes.object.Labels;

/// Why a pod without any trouble in its status is not ready: what the kubelet told in events.
///
/// They are read only when waiting has failed. Credentials that may not list events are enough for
/// everything else.
///
/// @param api the cluster
record Silence(ApiServer api, Labels labels) {
  private static final Pattern STATUS =
      Pattern.compile(".*HTTP probe failed with statuscode: ([0-9]+).*");
  private static final Pattern PROBE =
      Pattern.compile("Readiness probe failed: (Get \"[^\"]*\": )?(dial tcp \\S+ )?");

  String of(EnvironmentKey environment, Step.AwaitReady step) {
    var paths = new Paths(environment);
    var selector = "%s,%s=%s".formatted(labels.selector(), Labels.COMPONENT, step.name());
    var pods = api.list(paths.core("pods"), Map.of("labelSelector", selector)).valueStream();
    var pod =
        pods.filter(one -> !Namespaces.isTerminating(one))
            .filter(one -> Namespaces.annotation(one, Labels.DIGEST).equals(step.digest().hex()))
            .max(Comparator.comparing(one -> one.at("/metadata/creationTimestamp").asText()));
    if (pod.isEmpty()) {
      return "the cluster has made no pod yet";
    }
    if (pod.get().at("/status/containerStatuses/0/state").has("running")) {
      return asked(pod.get(), step) + answer(paths, pod.get()).map(said -> ": " + said).orElse("");
    }
    var last = last(paths, pod.get(), ",reason!=Scheduled").map(said -> ": " + said).orElse("");
    return "its container has not started yet" + last;
  }

  private static String asked(JsonNode pod, Step.AwaitReady step) {
    var number = pod.at("/spec/containers/0/ports/0/containerPort");
    var port = number.isMissingNode() ? "" : " on port " + number.asText();
    return step.probe()
        .health()
        .map(path -> "does not answer%s at %s with 2xx or 3xx".formatted(port, path))
        .orElse("does not listen%s (its `port`; also in $PORT)".formatted(port));
  }

  private Optional<String> answer(Paths paths, JsonNode pod) {
    return last(paths, pod, ",reason=Unhealthy")
        .map(
            said -> {
              var status = STATUS.matcher(said);
              return status.matches()
                  ? "it answers " + status.group(1)
                  : PROBE.matcher(said).replaceFirst("");
            });
  }

  /// The message of a pod's newest event.
  private Optional<String> last(Paths paths, JsonNode pod, String more) {
    var uid = "involvedObject.uid=" + Namespaces.uid(pod);
    try {
      return api.list(paths.core("events"), Map.of("fieldSelector", uid + more))
          .valueStream()
          .max(Comparator.comparing(Silence::time))
          .map(event -> event.path("message").asText());
    } catch (ApiException e) {
      if (e.status() == 403) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static String time(JsonNode event) {
    var last = event.path("lastTimestamp").asText("");
    return last.isEmpty() ? event.at("/metadata/creationTimestamp").asText() : last;
  }
}
