package run.ephemeral.engine.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.cluster.ClusterSettings.Scheduling;
import run.ephemeral.core.engine.Capacity;
import run.ephemeral.core.engine.Nodes;
import run.ephemeral.engine.kubernetes.client.ApiException;
import run.ephemeral.engine.kubernetes.client.ApiServer;
import run.ephemeral.engine.kubernetes.object.Labels;

/// What is left on the nodes that take pods of environments: what they can allocate, less what the
/// pods on them request.
///
/// The cluster is asked when an environment looks for a place, at most every ten seconds. Who asks
/// waits a second at most, so that a cluster that does not answer holds nobody up. Then, and when
/// the credentials may not list nodes, nothing is known.
final class NodeCapacity implements Nodes {
  private static final Logger LOG = LoggerFactory.getLogger(NodeCapacity.class);
  private static final Duration FRESH = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final Duration APPEARS = Duration.ofSeconds(30);
  private static final String PAGE = "500";
  private static final String NODES = "/api/v1/nodes";
  private static final String PODS = "/api/v1/pods";
  private static final String RUNNING = "status.phase!=Succeeded,status.phase!=Failed";

  private final ApiServer api;
  private final Scheduling scheduling;
  private final List<Placed> placed = new ArrayList<>();
  private CompletableFuture<Optional<Capacity>> answer =
      CompletableFuture.completedFuture(Optional.empty());
  private long until = System.nanoTime();

  /// What was placed lately, whose pods may not be there yet.
  private record Placed(Capacity requested, long at) {}

  NodeCapacity(ApiServer api, Scheduling scheduling) {
    this.api = api;
    this.scheduling = scheduling;
  }

  @Override
  public Optional<Capacity> left() throws InterruptedException {
    try {
      return newest().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).map(this::without);
    } catch (ExecutionException | TimeoutException e) {
      LOG.debug("the capacity of nodes is unknown", e);
      return Optional.empty();
    }
  }

  private synchronized Future<Optional<Capacity>> newest() {
    if (answer.isDone() && System.nanoTime() - until >= 0) {
      var coming = new CompletableFuture<Optional<Capacity>>();
      answer = coming;
      Thread.startVirtualThread(() -> refresh(coming));
    }
    return answer;
  }

  private void refresh(CompletableFuture<Optional<Capacity>> coming) {
    var found = Optional.<Capacity>empty();
    try {
      found = Optional.of(ask());
    } catch (ApiException | IllegalArgumentException e) {
      LOG.debug("the capacity of nodes is unknown: {}", e.getMessage());
    } finally {
      synchronized (this) {
        until = System.nanoTime() + FRESH.toNanos();
      }
      coming.complete(found);
    }
  }

  @Override
  public synchronized void placed(Capacity requested) {
    forgetOld();
    placed.add(new Placed(requested, System.nanoTime()));
  }

  private void forgetOld() {
    placed.removeIf(one -> System.nanoTime() - one.at() > APPEARS.toNanos());
  }

  private synchronized Capacity without(Capacity found) {
    forgetOld();
    return placed.stream().map(Placed::requested).reduce(found, Capacity::minus);
  }

  Capacity ask() {
    var left = new HashMap<String, Capacity>();
    for (var node :
        api.list(NODES, Map.of("labelSelector", Labels.selector(scheduling.nodeSelector())))) {
      if (takes(node)) {
        left.put(node.at("/metadata/name").asText(), amount(node.at("/status/allocatable")));
      }
    }
    var query = new HashMap<>(Map.of("fieldSelector", RUNNING, "limit", PAGE));
    String next;
    do {
      var pods = api.collection(PODS, query);
      for (var pod : pods.path("items")) {
        var requested = requested(pod);
        left.computeIfPresent(
            pod.at("/spec/nodeName").asText(), (_, before) -> before.minus(requested));
      }
      next = pods.at("/metadata/continue").asText();
      query.put("continue", next);
    } while (!next.isEmpty());
    return left.values().stream().reduce(Capacity.NONE, Capacity::plus);
  }

  /// A node that is ready, not cordoned, and without a taint that pods do not tolerate.
  private boolean takes(JsonNode node) {
    return !node.at("/spec/unschedulable").asBoolean()
        && Conditions.isReady(node)
        && node.at("/spec/taints").valueStream().allMatch(this::isTolerated);
  }

  private boolean isTolerated(JsonNode taint) {
    return taint.path("effect").asText().equals("PreferNoSchedule")
        || scheduling.tolerations().stream()
            .anyMatch(
                toleration -> toleration.split("[=:]", 2)[0].equals(taint.path("key").asText()));
  }

  private static Capacity requested(JsonNode pod) {
    return pod.at("/spec/containers")
        .valueStream()
        .map(container -> amount(container.at("/resources/requests")))
        .reduce(Capacity.NONE, Capacity::plus);
  }

  private static Capacity amount(JsonNode quantities) {
    return Capacity.of(quantities.path("cpu").asText("0"), quantities.path("memory").asText("0"));
  }
}
