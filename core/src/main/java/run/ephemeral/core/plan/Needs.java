package run.ephemeral.core.plan;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import run.ephemeral.core.release.Component;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.step.StepKey;

/// The components that must be ready before another one starts.
///
/// @param standings in the order in which they are checked
record Needs(Map<ComponentName, Standing> standings) {
  /// @param standings of all components that were judged before this one
  static Needs of(Component component, Map<ComponentName, Standing> standings) {
    var needs = new LinkedHashMap<>(standings);
    needs.keySet().retainAll(component.needs());
    return new Needs(needs);
  }

  /// The first one that no planned step makes ready.
  Optional<ComponentName> blocked() {
    return standings.entrySet().stream()
        .filter(need -> need.getValue() instanceof Standing.Blocked)
        .map(Entry::getKey)
        .findFirst();
  }

  /// The steps that make the others ready.
  Set<StepKey> coming() {
    return standings.values().stream()
        .flatMap(
            standing ->
                switch (standing) {
                  case Standing.Coming(var key) -> Stream.of(key);
                  case Standing.Ready(), Standing.Blocked() -> Stream.empty();
                })
        .collect(Collectors.toSet());
  }
}
