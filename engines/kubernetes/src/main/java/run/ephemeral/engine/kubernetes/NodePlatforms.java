package run.ephemeral.engine.kubernetes;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.artifact.Platforms;
import run.ephemeral.engine.kubernetes.client.ApiException;
import run.ephemeral.engine.kubernetes.client.ApiServer;
import run.ephemeral.engine.kubernetes.object.Labels;

/// The platforms of the nodes on which environments run, from what their kubelets report.
///
/// Credentials that may not list nodes are enough for everything else: then the platforms are
/// unknown, as they are while there are no such nodes, since a cluster may make them on demand.
/// The answer counts for ten minutes; a node of another kind is a rare event.
final class NodePlatforms implements Platforms {
  private static final Logger LOG = LoggerFactory.getLogger(NodePlatforms.class);
  private static final Duration FRESH = Duration.ofMinutes(10);

  private final ApiServer api;
  private final Map<String, String> query;
  private Set<String> known = Set.of();
  private long until = System.nanoTime();

  /// @param selector the labels of the nodes; empty for all of them
  NodePlatforms(ApiServer api, Map<String, String> selector) {
    this.api = api;
    this.query = Map.of("labelSelector", Labels.selector(selector));
  }

  @Override
  public synchronized Set<String> all() {
    if (System.nanoTime() - until >= 0) {
      known = ask();
      until = System.nanoTime() + FRESH.toNanos();
    }
    return known;
  }

  private Set<String> ask() {
    try {
      var platforms = new TreeSet<String>();
      for (var node : api.list("/api/v1/nodes", query)) {
        var info = node.path("status").path("nodeInfo");
        var system = info.path("operatingSystem").asText();
        var architecture = info.path("architecture").asText();
        if (system.isEmpty() || architecture.isEmpty()) {
          return Set.of();
        }
        platforms.add(system + "/" + architecture);
      }
      return Set.copyOf(platforms);
    } catch (ApiException e) {
      LOG.debug("the platforms of nodes are unknown: {}", e.getMessage());
      return Set.of();
    }
  }
}
