package run.ephemeral.reconciler;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.app.Apps;
import run.ephemeral.core.artifact.Pushes;
import run.ephemeral.core.command.Command;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.environment.Environments;
import run.ephemeral.core.environment.Event;
import run.ephemeral.core.environment.Events;
import run.ephemeral.core.environment.Origin;
import run.ephemeral.core.environment.Placement;
import run.ephemeral.core.environment.Power;
import run.ephemeral.core.environment.Wanted;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.release.ArtifactOrder;
import run.ephemeral.core.release.Components;
import run.ephemeral.core.release.Release;
import run.ephemeral.core.spec.AppSpec;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.spec.Nearest;

/// Carries out a [Command]: changes the desired state and adds an event. The reconciler does the
/// rest.
public final class CommandHandler {
  private static final DateTimeFormatter MINUTES =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'").withZone(ZoneOffset.UTC);

  private final Environments environments;
  private final Apps apps;
  private final Events events;
  private final WorkingTrees workingTrees;
  private final Pushes pushes;
  private final InstantSource clock;

  public CommandHandler(
      Environments environments,
      Apps apps,
      Events events,
      WorkingTrees workingTrees,
      Pushes pushes,
      InstantSource clock) {
    this.environments = environments;
    this.apps = apps;
    this.events = events;
    this.workingTrees = workingTrees;
    this.pushes = pushes;
    this.clock = clock;
  }

  /// @return a sentence for the person who asked
  /// @throws FaultException USER when the command cannot be carried out, with the reason
  public String carryOut(Environment environment, Command command) {
    if (environment.wanted().removal().isPresent() && !(command instanceof Command.Destroy)) {
      throw user("`%s` is being removed; try again when it is gone".formatted(environment.name()));
    }
    return switch (command) {
      case Command.Update() -> update(environment);
      case Command.Sleep() ->
          want(
              environment,
              Wanted::asleep,
              Event.Kind.SLEEP,
              "goes to sleep, as asked",
              "goes to sleep");
      case Command.Wake() -> wake(environment);
      case Command.Restart(var service) -> restart(environment, service);
      case Command.Test(var test) -> test(environment, test);
      case Command.Extend(var by) -> extend(environment, by);
      case Command.Pin() -> {
        var told = "stays until it is unpinned or its pull request is closed";
        yield want(
            environment,
            wanted -> wanted.expiring(Optional.empty()),
            Event.Kind.NOTE,
            "pinned",
            told);
      }
      case Command.Unpin() -> unpin(environment);
      case Command.Destroy() -> destroy(environment);
    };
  }

  /// What is brought up to date starts with the newest images. A registry that cannot be asked
  /// prevents nothing else: the mend may be in the folder.
  private String update(Environment environment) {
    var fault =
        switch (environment.origin()) {
          case Origin.OfWorkingTree tree -> {
            var before = lookForImages(environment);
            var now =
                workingTrees.run(
                    Path.of(tree.directory()), Optional.of(environment.name()), Optional.empty());
            yield images(now).equals(images(environment)) ? before : lookForImages(now);
          }
          case Origin.OfPullRequests _ -> again(environment);
          case Origin.Unknown ignored -> again(environment);
        };
    var told = "`%s` is brought up to date".formatted(environment.name());
    fault.ifPresent(
        known -> {
          var message = "%s, but for its images: %s".formatted(told, known.message());
          throw new FaultException(new Fault(known.kind(), message, known.context()));
        });
    return told;
  }

  /// @return why a registry cannot be asked: the older images would stay, and nobody would know why
  private Optional<Fault> lookForImages(Environment environment) {
    try {
      return pushes.look(images(environment));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FaultException(Fault.external("the control plane goes down", e), e);
    }
  }

  private static Set<ArtifactOrder> images(Environment environment) {
    var release = environment.wanted().release();
    return release.isPresent() && environment.placement() instanceof Placement.On on
        ? Components.fitting(release.get(), on.engine()).artifacts()
        : Set.of();
  }

  /// Retries what failed, and restarts every service with an ended process.
  private Optional<Fault> again(Environment environment) {
    var fault = lookForImages(environment);
    var now = clock.instant();
    var broken = environment.broken();
    environments.want(environment.id(), wanted -> wanted.restarted(broken).retried().awake(now));
    return fault;
  }

  private String wake(Environment environment) {
    var now = clock.instant();
    if (environment.wanted().power() == Power.ON) {
      environments.want(environment.id(), wanted -> wanted.awake(now));
      return "`%s` does not sleep: nothing was to be done".formatted(environment.name());
    }
    return want(
        environment,
        wanted -> wanted.awake(now),
        Event.Kind.WAKE,
        "wakes, as asked",
        "is on its way up");
  }

  private static void check(
      Environment environment, String kind, Optional<ComponentName> one, Set<ComponentName> all) {
    if (one.isPresent() && !all.contains(one.get())) {
      var names = all.stream().map(ComponentName::value).toList();
      throw user(
          "`%s` has no %s `%s`.%s"
              .formatted(
                  environment.name(), kind, one.get(), Nearest.hint(one.get().value(), names)));
    }
  }

  private String test(Environment environment, Optional<ComponentName> test) {
    var tests = spec(environment).map(spec -> spec.tests().keySet()).orElse(Set.of());
    check(environment, "test", test, tests);
    if (tests.isEmpty()) {
      throw user("`%s` has no tests".formatted(environment.name()));
    }
    var which = test.map(Set::of).orElse(tests);
    var what = test.map(ComponentName::value).orElse("every test");
    var now = clock.instant();
    return want(
        environment,
        wanted -> wanted.restarted(which).retried().awake(now),
        Event.Kind.NOTE,
        "runs " + what + " again, as asked",
        "runs " + what + " again");
  }

  private static Optional<AppSpec> spec(Environment environment) {
    return environment.wanted().release().map(Release::spec);
  }

  private String restart(Environment environment, Optional<ComponentName> service) {
    var services = spec(environment).map(spec -> spec.services().keySet()).orElse(Set.of());
    check(environment, "service", service, services);
    var which = service.map(Set::of).orElse(services);
    var now = clock.instant();
    var what = service.map(ComponentName::value).orElse("everything");
    return want(
        environment,
        wanted -> wanted.restarted(which).retried().awake(now),
        Event.Kind.NOTE,
        "restarts " + what + ", as asked",
        "restarts " + what);
  }

  /// Extends the expiry that is stored at the moment of the write: a concurrent command may pin or
  /// extend the environment, too.
  private String extend(Environment environment, Duration by) {
    var now = clock.instant();
    return stays(environment, wanted -> extended(environment.name(), wanted, by, now));
  }

  private static Wanted extended(EnvironmentName name, Wanted wanted, Duration by, Instant now) {
    if (wanted.expiresAt().isEmpty()) {
      throw user("`%s` is pinned, so it stays anyway".formatted(name));
    }
    var from = wanted.expiresAt().filter(now::isBefore).orElse(now);
    return wanted.expiring(Optional.of(from.plus(by)));
  }

  /// An environment that is not pinned keeps its expiry.
  private String unpin(Environment environment) {
    var span = environment.wanted().release().map(r -> r.spec().expire().orDefault());
    var until = clock.instant().plus(span.orElse(Duration.ofDays(7)));
    return stays(
        environment, wanted -> wanted.expiring(Optional.of(wanted.expiresAt().orElse(until))));
  }

  private String stays(Environment environment, UnaryOperator<Wanted> change) {
    var after = environments.want(environment.id(), change).orElseThrow(() -> gone(environment));
    var text = "stays until " + MINUTES.format(after.wanted().expiresAt().orElseThrow());
    events.note(environment.name(), Event.Level.INFO, Event.Kind.NOTE, text);
    return "`%s` %s".formatted(environment.name(), text);
  }

  private String destroy(Environment environment) {
    if (environment.origin() instanceof Origin.OfPullRequests(var lead, _)) {
      apps.dismiss(environment.app(), lead.ref(), lead.commit());
    }
    return want(
        environment,
        wanted -> wanted.removed("somebody destroyed it"),
        Event.Kind.REMOVE,
        "is removed, as asked",
        "is being removed, with its data");
  }

  private String want(
      Environment environment,
      UnaryOperator<Wanted> change,
      Event.Kind kind,
      String event,
      String told) {
    if (environments.want(environment.id(), change).isEmpty()) {
      throw gone(environment);
    }
    events.note(environment.name(), Event.Level.INFO, kind, event);
    return "`%s` %s".formatted(environment.name(), told);
  }

  private static FaultException gone(Environment environment) {
    return user("`%s` is gone".formatted(environment.name()));
  }

  private static FaultException user(String message) {
    return new FaultException(Fault.user(message));
  }
}
