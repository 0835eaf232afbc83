package run.ephemeral.core.release;

import java.util.List;
import java.util.Map;
import run.ephemeral.core.Digest;
import run.ephemeral.core.spec.ComponentName;

/// A test of one release: what to run, where, with which variables.
///
/// @param units what it is tested against: other units, another result
public record TestOrder(
    ComponentName test,
    BuildOrder source,
    String run,
    Map<String, String> env,
    List<Digest> units) {
  public TestOrder {
    env = Map.copyOf(env);
    units = List.copyOf(units);
  }

  public Digest key() {
    var parts =
        Digest.named("test 2").part("source", source.key().hex()).part("run", run).part("env", env);
    units.forEach(unit -> parts.part("unit", unit.hex()));
    return parts.digest();
  }
}
