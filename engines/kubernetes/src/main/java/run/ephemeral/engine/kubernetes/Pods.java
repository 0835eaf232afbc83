package run.ephemeral.engine.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import run.ephemeral.core.Digest;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.engine.kubernetes.object.Labels;

/// The pods of a namespace, as far as they say how a component is.
record Pods(List<JsonNode> all) {
  private static final String READY = "ready at ";

  Pods {
    all = List.copyOf(all);
  }

  static Pods of(JsonNode items) {
    var pods = new ArrayList<JsonNode>();
    items.forEach(pods::add);
    return new Pods(pods);
  }

  private Stream<JsonNode> of(ComponentName component) {
    return all.stream()
        .filter(pod -> !Namespaces.isTerminating(pod))
        .filter(pod -> label(pod).equals(component.value()));
  }

  private static String label(JsonNode pod) {
    return pod.path("metadata").path("labels").path(Labels.COMPONENT).asText();
  }

  /// How many of this version are ready.
  int ready(ComponentName component, Digest version) {
    return (int) of(component).filter(Pods::isReady).filter(pod -> isOf(pod, version)).count();
  }

  /// A pod that is ready.
  record Ready(String name, String address) {}

  /// The ready ones, of any version.
  List<Ready> ready(ComponentName component) {
    return of(component)
        .filter(Pods::isReady)
        .map(
            pod ->
                new Ready(
                    pod.path("metadata").path("name").asText(),
                    pod.path("status").path("podIP").asText()))
        .toList();
  }

  /// The one to run a command in: one that is ready, or else one whose container runs.
  Optional<String> running(ComponentName component) {
    return of(component)
        .filter(
            pod ->
                container(pod, component.value())
                    .filter(status -> status.path("state").has("running"))
                    .isPresent())
        .sorted(Comparator.comparing(pod -> !isReady(pod)))
        .map(pod -> pod.path("metadata").path("name").asText())
        .findFirst();
  }

  /// The status of one container: a cluster may add others to each pod.
  static Optional<JsonNode> container(JsonNode pod, String name) {
    return pod.at("/status/containerStatuses")
        .valueStream()
        .filter(status -> status.path("name").asText().equals(name))
        .findFirst();
  }

  /// How many of other versions are ready.
  int older(ComponentName component, Digest version) {
    return (int) of(component).filter(Pods::isReady).filter(pod -> !isOf(pod, version)).count();
  }

  private static boolean isOf(JsonNode pod, Digest version) {
    return Namespaces.annotation(pod, Labels.DIGEST).equals(version.hex());
  }

  private static boolean isReady(JsonNode pod) {
    return Conditions.isReady(pod);
  }

  /// What keeps a pod of this version from being ready, in the cluster's own facts. A pod that
  /// was stopped for good, such as by an eviction, stays until its place is taken.
  Optional<String> trouble(ComponentName component, Digest version) {
    return of(component)
        .filter(pod -> isOf(pod, version) && !isReady(pod))
        .sorted(Comparator.comparing(pod -> pod.at("/status/phase").asText().equals("Failed")))
        .flatMap(pod -> trouble(pod).stream())
        .findFirst();
  }

  /// All that an observation sees of a pod: nothing while it starts, though the cluster writes it
  /// several times.
  static Seen seen(JsonNode pod) {
    var isReady = isReady(pod);
    var how = isReady ? READY + pod.at("/status/podIP").asText() : trouble(pod).orElse("");
    if (Namespaces.isTerminating(pod)) {
      return new Seen(label(pod), "ends", true);
    }
    var version = Namespaces.annotation(pod, Labels.DIGEST);
    return new Seen(label(pod), how.isEmpty() ? "" : version + " " + how, isReady);
  }

  /// What an observation sees of a pod.
  ///
  /// @param how empty while it starts
  /// @param decides whether what waits for pods to be ready, or to be gone, may have come to an end
  record Seen(String component, String how, boolean decides) {
    boolean isReady(ComponentName name, Digest version) {
      return component.equals(name.value()) && how.startsWith(version.hex() + " " + READY);
    }
  }

  private static Optional<String> trouble(JsonNode pod) {
    return PodTrouble.of(pod).or(() -> lost(pod));
  }

  /// Without word from a node the cluster sets its pods to not ready, and leaves what the kubelet
  /// said last: that the containers are.
  private static Optional<String> lost(JsonNode pod) {
    return Conditions.find(pod, "ContainersReady").isPresent() && !isReady(pod)
        ? Optional.of(
            "its node `%s` does not answer the cluster"
                .formatted(pod.path("spec").path("nodeName").asText()))
        : Optional.empty();
  }
}
