package run.ephemeral.engine.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import run.ephemeral.core.cluster.Finding;
import run.ephemeral.engine.kubernetes.client.ApiException;
import run.ephemeral.engine.kubernetes.client.ApiServer;

/// Says what a cluster is and has: version, rights, nodes, storage, metrics, and whether it
/// enforces NetworkPolicy, which is tried.
final class ClusterExamination {
  private static final String NODES = "/api/v1/nodes";
  private static final String CLASSES = "/apis/storage.k8s.io/v1/storageclasses";
  private static final String METRICS = "/apis/metrics.k8s.io/v1beta1";
  private static final String IS_DEFAULT = "storageclass.kubernetes.io/is-default-class";

  private final ApiServer api;
  private final PolicyTrial trial;

  ClusterExamination(ApiServer api, PolicyTrial trial) {
    this.api = api;
    this.trial = trial;
  }

  /// @throws ApiException when the cluster does not answer
  List<Finding> run() throws InterruptedException {
    var findings = new ArrayList<Finding>();
    var report = ClusterCheck.of(api);
    findings.add(Finding.ok("API server", report.version()));
    if (!report.missing().isEmpty()) {
      findings.add(
          Finding.failing(
              "rights",
              "the credentials may not: " + String.join(", ", report.missing()),
              "grant it:\n" + ClusterCheck.role()));
      return findings;
    }
    findings.add(Finding.ok("rights", "the credentials may do all that is needed"));
    findings.add(nodes());
    findings.add(storage());
    findings.add(metrics());
    findings.add(trial());
    return findings;
  }

  private Finding nodes() {
    try {
      var platforms = new TreeSet<String>();
      var all = 0;
      var ready = 0;
      for (var node : api.list(NODES, Map.of())) {
        var info = node.path("status").path("nodeInfo");
        platforms.add(
            info.path("operatingSystem").asText() + "/" + info.path("architecture").asText());
        all++;
        ready += Conditions.isReady(node) ? 1 : 0;
      }
      var detail = "%d of %d are ready (%s)".formatted(ready, all, String.join(", ", platforms));
      return ready > 0
          ? Finding.ok("nodes", detail)
          : Finding.failing("nodes", detail, "environments wait until a node is ready");
    } catch (ApiException e) {
      return unknown("nodes", e, "room and platforms of images are not checked");
    }
  }

  private Finding storage() {
    try {
      var names =
          api.list(CLASSES, Map.of())
              .valueStream()
              .map(ClusterExamination::named)
              .collect(Collectors.joining(", "));
      return Finding.ok("storage classes", names.isEmpty() ? "none" : names);
    } catch (ApiException e) {
      return unknown("storage classes", e, "no service needs one");
    }
  }

  private static String named(JsonNode storageClass) {
    var isDefault = Namespaces.annotation(storageClass, IS_DEFAULT).equals("true");
    return storageClass.path("metadata").path("name").asText() + (isDefault ? " (default)" : "");
  }

  private Finding metrics() {
    try {
      var isThere = api.get(METRICS).isPresent();
      return Finding.ok("metrics", isThere ? "served" : "not served; nothing needs them");
    } catch (ApiException e) {
      return unknown("metrics", e, "nothing needs them");
    }
  }

  private Finding trial() throws InterruptedException {
    try {
      return trial.run();
    } catch (ApiException e) {
      return Finding.warning(
          "network policy", "not tried: " + e.getMessage(), "see above, and try again");
    }
  }

  /// What the credentials need not be allowed to see.
  private static Finding unknown(String name, ApiException e, String consequence) {
    return e.status() == 403
        ? Finding.ok(name, "may not be listed; " + consequence)
        : Finding.warning(name, String.valueOf(e.getMessage()), "try again");
  }
}
