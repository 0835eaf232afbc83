package run.ephemeral.reconciler;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import run.ephemeral.core.Fault;
import run.ephemeral.core.engine.Instance;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.environment.Event;
import run.ephemeral.core.environment.Event.Level;
import run.ephemeral.core.environment.Events;
import run.ephemeral.core.environment.Phase;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.plan.Plan;
import run.ephemeral.core.step.Step;

/// What of a run goes into the diary, in which words.
final class Announcements {
  private Announcements() {}

  /// Starts, stops and routes are told when they begin, everything else when it is done.
  static void begins(Events events, Environment environment, Step step) {
    var name = environment.name();
    switch (step) {
      case Step.Start start ->
          add(events, name, step, "start", "starts: " + start.reason(), Optional.empty());
      case Step.Stop stop -> {
        if (runs(environment, stop)) {
          add(events, name, step, "stop", "stops: " + stop.reason(), Optional.empty());
        }
      }
      case Step.Build ignored -> {}
      case Step.Copy ignored -> {}
      case Step.Await ignored -> {}
      case Step.Open ignored -> {}
      case Step.Route ignored ->
          add(events, name, step, "route", "gets its requests", Optional.empty());
      case Step.Test ignored -> {}
      case Step.Drop ignored -> {}
      case Step.Erase ignored -> {}
    }
  }

  private static boolean runs(Environment environment, Step.Stop stop) {
    return environment.observed().instances().stream()
        .filter(instance -> instance.id().equals(stop.instance()))
        .noneMatch(instance -> instance.state() instanceof Instance.State.Ended);
  }

  static void done(
      Events events, EnvironmentName environment, Step step, String detail, Duration took) {
    var time = Optional.of(took);
    switch (step) {
      case Step.Build ignored -> add(events, environment, step, "build", detail, time);
      case Step.Copy ignored -> add(events, environment, step, "data", detail, time);
      case Step.Await ignored -> add(events, environment, step, "healthy", "is healthy", time);
      case Step.Route ignored -> {}
      case Step.Open ignored -> add(events, environment, step, "route", detail, time);
      case Step.Test ignored -> add(events, environment, step, "test", detail, time);
      case Step.Drop ignored -> add(events, environment, step, "remove", "database dropped", time);
      case Step.Erase ignored -> add(events, environment, step, "remove", detail, time);
      case Step.Start ignored -> {}
      case Step.Stop ignored -> {}
    }
  }

  /// A service that did not become healthy is told of by [#phase], with what comes of it.
  static void failed(
      Events events, EnvironmentName environment, Step step, Fault fault, Duration took) {
    if (step instanceof Step.Await) {
      return;
    }
    var word =
        switch (step) {
          case Step.Build ignored -> "build";
          case Step.Copy ignored -> "data";
          case Step.Start ignored -> "start";
          case Step.Await ignored -> "healthy";
          case Step.Route ignored -> "route";
          case Step.Open ignored -> "route";
          case Step.Stop ignored -> "stop";
          case Step.Test ignored -> "test";
          case Step.Drop ignored -> "remove";
          case Step.Erase ignored -> "remove";
        };
    events.add(
        environment, Level.ERROR, word, step.component(), fault.message(), Optional.of(took));
  }

  /// Tells of ready and failing when they begin, and of another failure when it has come to
  /// rest.
  static void phase(
      Events events, Environment environment, Plan before, Plan now, Optional<Instant> readyAt) {
    if (now.phase() == Phase.READY && (before.phase() != Phase.READY || readyAt.isPresent())) {
      var took = readyAt.map(at -> Duration.between(environment.wanted().askedAt(), at));
      events.add(environment.name(), Level.INFO, "ready", Optional.empty(), now.reason(), took);
    } else if (now.phase() == Phase.FAILING
        && (before.phase() != Phase.FAILING
            || (now.steps().isEmpty() && !now.reason().equals(before.reason())))) {
      events.note(environment.name(), Level.ERROR, "fail", now.reason());
    }
  }

  static void gone(Events events, Environment environment) {
    var why = environment.wanted().removal().orElse("");
    events.note(environment.name(), Level.INFO, "remove", "is gone: " + why);
  }

  private static void add(
      Events events,
      EnvironmentName environment,
      Step step,
      String word,
      String text,
      Optional<Duration> took) {
    events.add(environment, Event.Level.INFO, word, step.component(), text, took);
  }
}
