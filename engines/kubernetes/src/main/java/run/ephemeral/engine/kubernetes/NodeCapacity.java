package run.ephemeral.engine.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.cluster.ClusterSettings.Scheduling;
import run.ephemeral.core.engine.Capacity;
import run.ephemeral.core.engine.Nodes;
import run.ephemeral.engine.kubernetes.client.ApiException;
import run.ephemeral.engine.kubernetes.client.ApiServer;

/// What is left on the nodes that take pods of environments: what they can allocate, less what the
/// pods on them request.
///
/// The cluster is asked when somebody wants to know, at most every ten seconds and never by the one
/// who asks, so that a cluster that does not answer holds nobody up. Then, and when the credentials
/// may not list nodes, nothing is known.
final class NodeCapacity implements Nodes {
  private static final Logger LOG = LoggerFactory.getLogger(NodeCapacity.class);
  private static final Duration FRESH = Duration.ofSeconds(10);
  private static final String NODES = "/api/v1/nodes";
  private static final String PODS = "/api/v1/pods";
  private static final String RUNNING = "status.phase!=Succeeded,status.phase!=Failed";

  private final ApiServer api;
  private final Scheduling scheduling;
  private Optional<Capacity> known = Optional.empty();
  private long askedAt;
  private boolean isAsking;
  private boolean wasAsked;

  NodeCapacity(ApiServer api, Scheduling scheduling) {
    this.api = api;
    this.scheduling = scheduling;
  }

  @Override
  public synchronized Optional<Capacity> left() {
    var isOld = !wasAsked || System.nanoTime() - askedAt >= FRESH.toNanos();
    if (isOld && !isAsking) {
      isAsking = true;
      Thread.startVirtualThread(this::refresh);
    }
    return known;
  }

  @Override
  public synchronized void placed(Capacity requested) {
    known = known.map(left -> left.minus(requested));
  }

  private void refresh() {
    var found = Optional.<Capacity>empty();
    try {
      found = Optional.of(ask());
    } catch (ApiException | IllegalArgumentException e) {
      LOG.debug("the capacity of nodes is unknown: {}", e.getMessage());
    }
    synchronized (this) {
      known = found;
      askedAt = System.nanoTime();
      wasAsked = true;
      isAsking = false;
    }
  }

  Capacity ask() {
    var left = new HashMap<String, Capacity>();
    for (var node : api.list(NODES, Map.of("labelSelector", selector()))) {
      if (takes(node)) {
        left.put(node.at("/metadata/name").asText(), amount(node.at("/status/allocatable")));
      }
    }
    for (var pod : api.list(PODS, Map.of("fieldSelector", RUNNING))) {
      var requested = requested(pod);
      left.computeIfPresent(
          pod.at("/spec/nodeName").asText(), (_, before) -> before.minus(requested));
    }
    return left.values().stream().reduce(Capacity.NONE, Capacity::plus);
  }

  private String selector() {
    return scheduling.nodeSelector().entrySet().stream()
        .map(label -> label.getKey() + "=" + label.getValue())
        .collect(Collectors.joining(","));
  }

  /// A node that is ready, not cordoned, and without a taint that pods do not tolerate.
  private boolean takes(JsonNode node) {
    return !node.at("/spec/unschedulable").asBoolean()
        && children(node.at("/status/conditions"))
            .anyMatch(
                condition ->
                    condition.path("type").asText().equals("Ready")
                        && condition.path("status").asText().equals("True"))
        && children(node.at("/spec/taints")).allMatch(this::isTolerated);
  }

  private boolean isTolerated(JsonNode taint) {
    return taint.path("effect").asText().equals("PreferNoSchedule")
        || scheduling.tolerations().stream()
            .anyMatch(
                toleration -> toleration.split("[=:]", 2)[0].equals(taint.path("key").asText()));
  }

  private static Stream<JsonNode> children(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  private static Capacity requested(JsonNode pod) {
    return children(pod.at("/spec/containers"))
        .map(container -> amount(container.at("/resources/requests")))
        .reduce(Capacity.NONE, Capacity::plus);
  }

  private static Capacity amount(JsonNode quantities) {
    return Capacity.of(quantities.path("cpu").asText("0"), quantities.path("memory").asText("0"));
  }
}
