package run.ephemeral.core.environment;

import java.util.List;
import java.util.Map;
import java.util.Set;
import run.ephemeral.core.Digest;
import run.ephemeral.core.data.DataServer;
import run.ephemeral.core.engine.Engine;
import run.ephemeral.core.engine.Instance;
import run.ephemeral.core.engine.Running;
import run.ephemeral.core.engine.TestResult;
import run.ephemeral.core.engine.Workload;
import run.ephemeral.core.release.Artifact;
import run.ephemeral.core.report.Published;
import run.ephemeral.core.spec.ComponentName;

/// The observed state of an environment: what its engine and its data server hold, and which of its
/// artifacts exist.
///
/// @param artifacts the existing ones, by the keys of their orders
/// @param databases complete databases, with the key of the order that each was copied for
/// @param tests the newest result of each test
/// @param reports what was published last
/// @param traces whether anything is left, such as a folder, a database or an address
public record Observed(
    Map<Digest, Artifact> artifacts,
    Map<ComponentName, Digest> databases,
    Running running,
    List<TestResult> tests,
    List<Published> reports,
    boolean traces) {
  public static final Observed NOTHING =
      new Observed(
          Map.of(),
          Map.of(),
          new Running.Processes(List.of(), Set.of()),
          List.of(),
          List.of(),
          false);

  public Observed {
    artifacts = Map.copyOf(artifacts);
    databases = Map.copyOf(databases);
    tests = List.copyOf(tests);
    reports = List.copyOf(reports);
  }

  public static Observed of(
      Map<Digest, Artifact> artifacts,
      Engine.Held engine,
      DataServer.Held data,
      List<Published> reports) {
    return new Observed(
        artifacts,
        data.databases(),
        engine.running(),
        engine.tests(),
        reports,
        engine.traces() || !data.traces().isEmpty());
  }

  /// A copy with `traces` set, for when the absence of traces cannot be confirmed.
  public Observed withTraces() {
    return new Observed(artifacts, databases, running, tests, reports, true);
  }

  /// A copy with what was published meanwhile.
  public Observed withReports(List<Published> newer) {
    return new Observed(artifacts, databases, running, tests, newer, traces);
  }

  /// Artifacts do not count: environments share them. Nor do reports, which stay.
  public boolean isGone() {
    return databases.isEmpty() && running.isNothing() && tests.isEmpty() && !traces;
  }

  /// The processes; empty on a cluster.
  public List<Instance> instances() {
    return running instanceof Running.Processes(var instances, _) ? instances : List.of();
  }

  public List<Instance> instancesOf(ComponentName service) {
    return instances().stream().filter(instance -> instance.service().equals(service)).toList();
  }

  /// Services whose stable address does not listen.
  public Set<ComponentName> closed() {
    return running instanceof Running.Processes(_, var closed) ? closed : Set.of();
  }

  /// The workloads; empty for engine `process`.
  public Map<ComponentName, Workload> workloads() {
    return running instanceof Running.Workloads(var byComponent) ? byComponent : Map.of();
  }
}
