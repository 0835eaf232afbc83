package run.ephemeral.reconciler;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import run.ephemeral.core.Fault;
import run.ephemeral.core.engine.Instance;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.environment.Event.Kind;
import run.ephemeral.core.environment.Event.Level;
import run.ephemeral.core.environment.NewEvent;
import run.ephemeral.core.environment.Phase;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.plan.Cause;
import run.ephemeral.core.plan.Part;
import run.ephemeral.core.plan.Plan;
import run.ephemeral.core.plan.Sentences;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.step.Step;

/// Decides which events a run adds to the event log, and their texts.
final class Announcements {
  private Announcements() {}

  /// Starts, stops, routes, scaling and pruning are announced when they begin, other steps when
  /// they are done.
  static Optional<NewEvent> begins(Environment environment, Step step) {
    var text =
        switch (step) {
          case Step.Start _ -> "starts: " + step.reason();
          case Step.Stop stop -> runs(environment, stop) ? "stops: " + step.reason() : "";
          case Step.Route _ -> "gets its requests";
          case Step.Prune _ -> "is removed: " + step.reason();
          case Step.Scale scale -> (scale.up() ? "starts: " : "stops: ") + step.reason();
          case Step.OfArtifact _, Step.Copy _, Step.Await _, Step.Open _ -> "";
          case Step.Apply _, Step.AwaitReady _ -> "";
          case Step.Test _, Step.Drop _, Step.Erase _, Step.Report _ -> "";
        };
    return of(environment.name(), Level.INFO, step, text, Optional.empty());
  }

  private static boolean runs(Environment environment, Step.Stop stop) {
    return environment.observed().instances().stream()
        .filter(instance -> instance.id().equals(stop.instance()))
        .noneMatch(instance -> instance.state() instanceof Instance.State.Ended);
  }

  static Optional<NewEvent> done(
      EnvironmentName environment, Step step, String detail, Duration took) {
    var text =
        switch (step) {
          case Step.OfArtifact _, Step.Copy _, Step.Apply _ -> detail;
          case Step.Open _, Step.Test _, Step.Erase _, Step.Report _ -> detail;
          case Step.Await _ -> "is healthy";
          case Step.AwaitReady _ -> "is ready";
          case Step.Drop _ -> "database dropped";
          case Step.Start _, Step.Stop _, Step.Route _ -> "";
          case Step.Scale _, Step.Prune _ -> "";
        };
    return of(environment, Level.INFO, step, text, Optional.of(took));
  }

  /// A service that did not become healthy is announced by [#phase], which knows the consequence.
  static Optional<NewEvent> failed(
      EnvironmentName environment, Step step, Fault fault, Duration took) {
    return step instanceof Step.Await || step instanceof Step.AwaitReady
        ? Optional.empty()
        : of(environment, Level.ERROR, step, fault.message(), Optional.of(took));
  }

  private static Kind kind(Step step) {
    return switch (step) {
      case Step.OfArtifact _ -> Kind.BUILD;
      case Step.Copy _ -> Kind.DATA;
      case Step.Start _, Step.Apply _ -> Kind.START;
      case Step.Await _, Step.AwaitReady _ -> Kind.HEALTHY;
      case Step.Route _, Step.Open _ -> Kind.ROUTE;
      case Step.Stop _ -> Kind.STOP;
      case Step.Scale scale -> scale.up() ? Kind.START : Kind.STOP;
      case Step.Test _ -> Kind.TEST;
      case Step.Report _ -> Kind.NOTE;
      case Step.Prune _, Step.Drop _, Step.Erase _ -> Kind.REMOVE;
    };
  }

  /// Announces READY and FAILING when they begin, another cause of FAILING once no steps are left,
  /// and each service that is not started again.
  static List<NewEvent> phase(
      Sentences sentences,
      Environment environment,
      Plan before,
      Plan now,
      Optional<Instant> readyAt) {
    var name = environment.name();
    var events = new ArrayList<NewEvent>();
    var text = sentences.of(now.cause());
    var gaveUp = gaveUp(before, now);
    gaveUp.forEach(
        (service, cause) -> {
          var line = "gave up after %d starts: %s".formatted(cause.starts(), cause.how());
          var which = Optional.of(service);
          events.add(new NewEvent(name, Level.ERROR, Kind.FAIL, which, line, Optional.empty()));
        });
    var isTold = now.cause() instanceof Cause.PartFails(var part, _) && gaveUp.containsKey(part);
    if (now.phase() == Phase.READY && (before.phase() != Phase.READY || readyAt.isPresent())) {
      var took = readyAt.map(at -> Duration.between(environment.wanted().askedAt(), at));
      events.add(new NewEvent(name, Level.INFO, Kind.READY, Optional.empty(), text, took));
    } else if (now.phase() == Phase.FAILING
        && !isTold
        && (before.phase() != Phase.FAILING
            || (isAtRest(now) && !now.cause().equals(before.cause())))) {
      events.add(new NewEvent(name, Level.ERROR, Kind.FAIL, text));
    }
    return events;
  }

  private static boolean isAtRest(Plan plan) {
    return plan.steps().stream().allMatch(planned -> planned.step() instanceof Step.Report);
  }

  /// The services that were given up since the plan before. That plan is of the row, which has the
  /// observation then, so each is found once. After a failed observation there are no parts to
  /// compare with, so nothing is found twice.
  private static Map<ComponentName, Cause.GaveUp> gaveUp(Plan before, Plan now) {
    var others =
        before.parts().stream()
            .filter(part -> !(part.cause() instanceof Cause.GaveUp))
            .map(Part::name)
            .collect(Collectors.toSet());
    var found = new LinkedHashMap<ComponentName, Cause.GaveUp>();
    for (var part : now.parts()) {
      if (part.cause() instanceof Cause.GaveUp cause && others.contains(part.name())) {
        found.put(part.name(), cause);
      }
    }
    return found;
  }

  static NewEvent gone(Environment environment) {
    var why = environment.wanted().removal().orElse("");
    return new NewEvent(environment.name(), Level.INFO, Kind.REMOVE, "is gone: " + why);
  }

  /// @param text empty for no event
  private static Optional<NewEvent> of(
      EnvironmentName environment, Level level, Step step, String text, Optional<Duration> took) {
    return text.isEmpty()
        ? Optional.empty()
        : Optional.of(new NewEvent(environment, level, kind(step), step.component(), text, took));
  }
}
