package run.ephemeral.reconciler;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import run.ephemeral.core.Fault;
import run.ephemeral.core.engine.Instance;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.environment.Event.Kind;
import run.ephemeral.core.environment.Event.Level;
import run.ephemeral.core.environment.Events;
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
  static void begins(Events events, Environment environment, Step step) {
    var name = environment.name();
    switch (step) {
      case Step.Start start -> begun(events, name, step, "starts: " + start.reason());
      case Step.Stop stop -> {
        if (runs(environment, stop)) {
          begun(events, name, step, "stops: " + stop.reason());
        }
      }
      case Step.Route _ -> begun(events, name, step, "gets its requests");
      case Step.Prune _ -> begun(events, name, step, "is removed: " + step.reason());
      case Step.Scale scale -> {
        var text = scale.up() ? "starts: " : "stops: ";
        begun(events, name, step, text + step.reason());
      }
      case Step.OfArtifact _, Step.Copy _, Step.Await _, Step.Open _ -> {}
      case Step.Apply _, Step.AwaitReady _ -> {}
      case Step.Test _, Step.Drop _, Step.Erase _ -> {}
    }
  }

  private static boolean runs(Environment environment, Step.Stop stop) {
    return environment.observed().instances().stream()
        .filter(instance -> instance.id().equals(stop.instance()))
        .noneMatch(instance -> instance.state() instanceof Instance.State.Ended);
  }

  static void done(
      Events events, EnvironmentName environment, Step step, String detail, Duration took) {
    var text =
        switch (step) {
          case Step.OfArtifact _, Step.Copy _, Step.Apply _ -> detail;
          case Step.Open _, Step.Test _, Step.Erase _ -> detail;
          case Step.Await _ -> "is healthy";
          case Step.AwaitReady _ -> "is ready";
          case Step.Drop _ -> "database dropped";
          case Step.Start _, Step.Stop _, Step.Route _ -> "";
          case Step.Scale _, Step.Prune _ -> "";
        };
    if (!text.isEmpty()) {
      add(events, environment, Level.INFO, step, text, Optional.of(took));
    }
  }

  /// A service that did not become healthy is announced by [#phase], which knows the consequence.
  static void failed(
      Events events, EnvironmentName environment, Step step, Fault fault, Duration took) {
    if (!(step instanceof Step.Await || step instanceof Step.AwaitReady)) {
      add(events, environment, Level.ERROR, step, fault.message(), Optional.of(took));
    }
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
      case Step.Prune _, Step.Drop _, Step.Erase _ -> Kind.REMOVE;
    };
  }

  /// Announces READY and FAILING when they begin, another cause of FAILING once no steps are left,
  /// and each service that is not started again.
  static void phase(
      Events events,
      Sentences sentences,
      Environment environment,
      Plan before,
      Plan now,
      Optional<Instant> readyAt) {
    var text = sentences.of(now.cause());
    var gaveUp = gaveUp(before, now);
    gaveUp.forEach(
        (service, cause) -> {
          var line = "gave up after %d starts: %s".formatted(cause.starts(), cause.how());
          var which = Optional.of(service);
          events.add(environment.name(), Level.ERROR, Kind.FAIL, which, line, Optional.empty());
        });
    var isTold = now.cause() instanceof Cause.PartFails(var part, _) && gaveUp.containsKey(part);
    if (now.phase() == Phase.READY && (before.phase() != Phase.READY || readyAt.isPresent())) {
      var took = readyAt.map(at -> Duration.between(environment.wanted().askedAt(), at));
      events.add(environment.name(), Level.INFO, Kind.READY, Optional.empty(), text, took);
    } else if (now.phase() == Phase.FAILING
        && !isTold
        && (before.phase() != Phase.FAILING
            || (now.steps().isEmpty() && !now.cause().equals(before.cause())))) {
      events.note(environment.name(), Level.ERROR, Kind.FAIL, text);
    }
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

  static void gone(Events events, Environment environment) {
    var why = environment.wanted().removal().orElse("");
    events.note(environment.name(), Level.INFO, Kind.REMOVE, "is gone: " + why);
  }

  private static void begun(Events events, EnvironmentName environment, Step step, String text) {
    add(events, environment, Level.INFO, step, text, Optional.empty());
  }

  private static void add(
      Events events,
      EnvironmentName environment,
      Level level,
      Step step,
      String text,
      Optional<Duration> took) {
    events.add(environment, level, kind(step), step.component(), text, took);
  }
}
