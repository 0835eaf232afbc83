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
import run.ephemeral.core.spec.ComponentName;

/// What there is of an environment, as it is now: what its engine and its data server hold, and
/// which of its artifacts are there.
///
/// @param artifacts those that are there, by the keys of their orders
/// @param databases those that are there, whole, with the key of what each was copied for
/// @param tests the newest result of each test
/// @param traces whether anything at all is left: a folder, a database, an address
public record Observed(
    Map<Digest, Artifact> artifacts,
    Map<ComponentName, Digest> databases,
    Running running,
    List<TestResult> tests,
    boolean traces) {
  public static final Observed NOTHING =
      new Observed(
          Map.of(), Map.of(), new Running.Processes(List.of(), Set.of()), List.of(), false);

  public Observed {
    artifacts = Map.copyOf(artifacts);
    databases = Map.copyOf(databases);
    tests = List.copyOf(tests);
  }

  public static Observed of(
      Map<Digest, Artifact> artifacts, Engine.Held engine, DataServer.Held data) {
    return new Observed(
        artifacts,
        data.databases(),
        engine.running(),
        engine.tests(),
        engine.traces() || !data.traces().isEmpty());
  }

  /// The same, when it is not known any more whether nothing is left.
  public Observed withTraces() {
    return new Observed(artifacts, databases, running, tests, true);
  }

  /// Artifacts are everybody's, and left to themselves.
  public boolean isGone() {
    return databases.isEmpty() && running.isNothing() && tests.isEmpty() && !traces;
  }

  /// Processes; none on a cluster.
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

  /// Workloads; none on this machine.
  public Map<ComponentName, Workload> workloads() {
    return running instanceof Running.Workloads(var byComponent) ? byComponent : Map.of();
  }
}
