package run.ephemeral.core.plan;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import run.ephemeral.core.environment.Phase;
import run.ephemeral.core.environment.Wanted;

/// The phase of a whole, from its parts: the worst part speaks.
record Verdict(Phase phase, String reason) {
  static Verdict awake(Wanted wanted, List<Part> parts) {
    var failing = parts.stream().filter(part -> part.state() == Part.State.FAILING).findFirst();
    if (wanted.fault().isPresent()) {
      return new Verdict(Phase.FAILING, wanted.fault().get().message());
    }
    if (failing.isPresent()) {
      var part = failing.get();
      return new Verdict(Phase.FAILING, part.name() + " " + part.detail());
    }
    if (parts.isEmpty()) {
      return new Verdict(Phase.QUEUED, "its source is being looked at");
    }
    var building = namesOf(parts, Part.State.BUILDING);
    if (building.isPresent()) {
      return new Verdict(Phase.BUILDING, "makes " + building.get());
    }
    var coming = namesOf(parts, Part.State.STARTING).or(() -> namesOf(parts, Part.State.WAITING));
    if (coming.isPresent()) {
      var phase = wanted.wokenAt().isPresent() ? Phase.WAKING : Phase.STARTING;
      return new Verdict(phase, "starts " + coming.get());
    }
    return new Verdict(Phase.READY, "every service answers");
  }

  private static Optional<String> namesOf(List<Part> parts, Part.State state) {
    var names =
        parts.stream()
            .filter(part -> part.state() == state && part.kind() != Part.Kind.TEST)
            .map(part -> part.name().value())
            .collect(Collectors.joining(", "));
    return Optional.of(names).filter(text -> !text.isEmpty());
  }
}
