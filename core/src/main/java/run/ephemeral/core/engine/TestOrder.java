package run.ephemeral.core.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
    var parts = new ArrayList<>(List.of("test 1", source.key().hex(), run));
    new TreeMap<>(env).forEach((key, value) -> parts.addAll(List.of(key, value)));
    units.forEach(unit -> parts.add(unit.hex()));
    return Digest.of(parts);
  }
}
