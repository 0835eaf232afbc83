package run.ephemeral.core.plan;

import java.util.List;
import java.util.Optional;
import run.ephemeral.core.environment.Phase;
import run.ephemeral.core.environment.Wanted;
import run.ephemeral.core.plan.Cause.Failure;
import run.ephemeral.core.spec.ComponentName;

/// The phase of an environment, derived from its parts: the worst part decides.
record Verdict(Phase phase, Cause cause) {
  static Verdict awake(Wanted wanted, List<Part> parts) {
    var failing = parts.stream().filter(part -> part.state() == Part.State.FAILING).findFirst();
    if (wanted.fault().isPresent()) {
      var failure = Failure.of(wanted.fault().get());
      return new Verdict(Phase.FAILING, new Cause.SourceFailed(failure));
    }
    if (failing.isPresent()) {
      var part = failing.get();
      return new Verdict(Phase.FAILING, new Cause.PartFails(part.name(), part.cause()));
    }
    if (parts.isEmpty()) {
      return new Verdict(Phase.QUEUED, new Cause.SourceIsRead());
    }
    var building = namesOf(parts, Part.State.BUILDING);
    if (building.isPresent()) {
      return new Verdict(Phase.BUILDING, new Cause.PartsAreMade(building.get()));
    }
    var coming = namesOf(parts, Part.State.STARTING);
    if (coming.isPresent()) {
      var phase = wanted.wokenAt().isPresent() ? Phase.WAKING : Phase.STARTING;
      return new Verdict(phase, new Cause.PartsStart(coming.get()));
    }
    var waiting =
        parts.stream()
            .filter(part -> part.kind() != Part.Kind.TEST)
            .filter(part -> part.cause() instanceof Cause.AwaitsArtifact)
            .findFirst();
    if (waiting.isPresent()) {
      var part = waiting.get();
      return new Verdict(Phase.BUILDING, new Cause.PartWaits(part.name(), part.cause()));
    }
    return new Verdict(Phase.READY, new Cause.AllAnswer());
  }

  private static Optional<List<ComponentName>> namesOf(List<Part> parts, Part.State state) {
    var names =
        parts.stream()
            .filter(part -> part.state() == state && part.kind() != Part.Kind.TEST)
            .map(Part::name)
            .toList();
    return Optional.of(names).filter(some -> !some.isEmpty());
  }
}
