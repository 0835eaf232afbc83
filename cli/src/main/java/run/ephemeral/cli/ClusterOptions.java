package run.ephemeral.cli;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import run.ephemeral.wire.ClusterSettingsView;

/// The options of `cluster add` that decide how environments run there.
final class ClusterOptions {
  @Option(
      names = "--max-environments",
      paramLabel = "N",
      description = "How many environments it takes at most; others wait. Default: any number.")
  private @Nullable Integer environments;

  @Option(
      names = "--reach",
      paramLabel = "WAY",
      description =
          "How visitors reach services: forward (through the API server; the default) or direct"
              + " (where this machine reaches the addresses of pods).")
  private @Nullable String reach;

  @Option(
      names = "--pod-security",
      paramLabel = "LEVEL",
      description = "What namespaces enforce: restricted (the default) or baseline.")
  private @Nullable String podSecurity;

  @Option(
      names = "--request-cpu",
      paramLabel = "AMOUNT",
      description = "CPU of a container whose service sets none. Default: 50m.")
  private @Nullable String requestCpu;

  @Option(
      names = "--request-memory",
      paramLabel = "AMOUNT",
      description = "Memory of a container whose service sets none. Default: 128Mi.")
  private @Nullable String requestMemory;

  @Option(
      names = "--limit-memory",
      paramLabel = "AMOUNT",
      description = "Limit of memory of a container whose service sets none. Default: 512Mi.")
  private @Nullable String limitMemory;

  @Option(
      names = "--pods",
      paramLabel = "N",
      description = "How many pods a namespace may have. Default: 50.")
  private @Nullable Integer pods;

  @Option(
      names = "--node-selector",
      paramLabel = "KEY=VALUE",
      description = "Pods run on nodes with this label only. May be repeated.")
  private @Nullable Map<String, String> nodeSelector;

  @Option(
      names = "--toleration",
      paramLabel = "KEY[=VALUE][:EFFECT]",
      description = "Pods run on nodes with this taint, too. May be repeated.")
  private @Nullable List<String> tolerations;

  @Option(names = "--priority-class", paramLabel = "NAME", description = "Of pods.")
  private @Nullable String priorityClass;

  @Option(names = "--runtime-class", paramLabel = "NAME", description = "Of pods.")
  private @Nullable String runtimeClass;

  @Option(
      names = "--label",
      paramLabel = "KEY=VALUE",
      description = "A label of namespaces and pods. May be repeated.")
  private @Nullable Map<String, String> labels;

  @Option(
      names = "--annotation",
      paramLabel = "KEY=VALUE",
      description = "An annotation of namespaces and pods. May be repeated.")
  private @Nullable Map<String, String> annotations;

  @Option(
      names = "--inside",
      paramLabel = "CIDR",
      description =
          "A network that pods do not reach, such as that of the nodes. May be repeated. Default:"
              + " all private networks.")
  private @Nullable List<String> inside;

  ClusterSettingsView settings() {
    return new ClusterSettingsView(
        environments,
        reach,
        podSecurity,
        requestCpu,
        requestMemory,
        limitMemory,
        pods,
        nodeSelector,
        tolerations,
        priorityClass,
        runtimeClass,
        labels,
        annotations,
        inside);
  }
}
