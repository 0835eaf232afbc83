package run.ephemeral.core.environment;

import java.util.List;
import java.util.Map;
import java.util.Set;
import run.ephemeral.core.Digest;
import run.ephemeral.core.data.DataServer;
import run.ephemeral.core.engine.Engine;
import run.ephemeral.core.engine.Instance;
import run.ephemeral.core.engine.TestResult;
import run.ephemeral.core.spec.ComponentName;

/// What there is of an environment, as it is now: what its engine and its data server hold.
///
/// @param artifacts which of the builds asked about are there
/// @param databases those that are there, whole, with the key of the order each was copied for
/// @param instances every process it started and did not stop, the oldest first
/// @param closed services whose stable address was handed to others and does not listen
/// @param tests the newest result of each test
/// @param traces whether anything at all is left: a folder, a database, an address
public record Observed(
    Set<Digest> artifacts,
    Map<ComponentName, Digest> databases,
    List<Instance> instances,
    Set<ComponentName> closed,
    List<TestResult> tests,
    boolean traces) {
  public static final Observed NOTHING =
      new Observed(Set.of(), Map.of(), List.of(), Set.of(), List.of(), false);

  public Observed {
    artifacts = Set.copyOf(artifacts);
    databases = Map.copyOf(databases);
    instances = List.copyOf(instances);
    closed = Set.copyOf(closed);
    tests = List.copyOf(tests);
  }

  public static Observed of(Engine.Held engine, DataServer.Held data) {
    return new Observed(
        engine.artifacts(),
        data.databases(),
        engine.instances(),
        engine.closed(),
        engine.tests(),
        engine.traces() || !data.traces().isEmpty());
  }

  public Observed withArtifacts(Set<Digest> known) {
    return new Observed(known, databases, instances, closed, tests, traces);
  }

  /// The same, when it is not known any more whether nothing is left.
  public Observed withTraces() {
    return new Observed(artifacts, databases, instances, closed, tests, true);
  }

  public List<Instance> instancesOf(ComponentName service) {
    return instances.stream().filter(instance -> instance.service().equals(service)).toList();
  }
}
