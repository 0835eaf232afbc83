package run.ephemeral.reconciler;

import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.KeyedLocks;
import run.ephemeral.core.Label;
import run.ephemeral.core.codehost.Sources;
import run.ephemeral.core.engine.Cluster;
import run.ephemeral.core.engine.Engines;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.environment.Environments;
import run.ephemeral.core.environment.Event;
import run.ephemeral.core.environment.Events;
import run.ephemeral.core.environment.Origin;
import run.ephemeral.core.environment.Placement;
import run.ephemeral.core.environment.Power;
import run.ephemeral.core.environment.Wanted;
import run.ephemeral.core.name.ClusterName;
import run.ephemeral.core.name.ClusterSelector;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.release.Mirror;
import run.ephemeral.core.release.Release;

/// Environments of folders of this machine, uncommitted changes included.
public final class WorkingTrees {
  private final Environments environments;
  private final Events events;
  private final Sources sources;
  private final KeyedLocks<Mirror> turns;
  private final Releases releases;
  private final Room room;
  private final Engines engines;
  private final InstantSource clock;

  /// @param turns locks shared by all code that creates or removes a mirror
  public WorkingTrees(
      Environments environments,
      Events events,
      Sources sources,
      KeyedLocks<Mirror> turns,
      Releases releases,
      Room room,
      Engines engines,
      InstantSource clock) {
    this.environments = environments;
    this.events = events;
    this.sources = sources;
    this.turns = turns;
    this.releases = releases;
    this.room = room;
    this.engines = engines;
    this.clock = clock;
  }

  /// Creates an environment of the folder in its current state, or updates the existing one.
  ///
  /// @throws FaultException USER when the folder cannot be run as it is
  /// @param cluster for a new environment; empty to choose one
  public Environment run(
      Path directory, Optional<EnvironmentName> wished, Optional<ClusterSelector> cluster) {
    var name = wished.orElseGet(() -> nameOf(directory));
    var repository = Mirror.of(name);
    try (var _ = turns.take(repository)) {
      try {
        return run(directory, name, repository, cluster);
      } finally {
        if (environments.find(name).isEmpty()) {
          sources.forget(repository);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FaultException(Fault.external("the control plane goes down", e), e);
    }
  }

  private Environment run(
      Path directory, EnvironmentName name, Mirror repository, Optional<ClusterSelector> cluster) {
    var existing = environments.find(name);
    existing.ifPresent(environment -> mustBeOf(environment, directory));
    existing.ifPresent(known -> cluster.ifPresent(wish -> mustStay(known, wish)));
    var snapshot = sources.snapshot(repository, directory);
    var facts =
        Map.of(
            "number", "0",
            "title", snapshot.title(),
            "branch", snapshot.branch(),
            "author", snapshot.author(),
            "commit", snapshot.commit());
    var release =
        releases.read(
            repository, snapshot.commit(), facts, "the folder (as far as git does not ignore it)");
    var origin =
        new Origin.OfWorkingTree(
            directory.toString(), snapshot.branch(), snapshot.title(), snapshot.author());
    var now = clock.instant();
    if (existing.isPresent()) {
      var old = existing.get();
      return environments
          .want(old.id(), origin, before -> again(old, before, release, now))
          .orElseThrow(() -> gone(name));
    }
    if (room.left(cluster) <= 0) {
      throw new FaultException(Fault.capacity(room.full(cluster)));
    }
    var wanted = Wanted.nothingYet(Power.ON, now).withRelease(release, Power.ON, now);
    var created =
        environments
            .create(name, release.spec().app(), origin, wanted, new Placement.Nowhere(cluster))
            .orElseThrow(() -> gone(name));
    events.note(name, Event.Level.INFO, Event.Kind.FETCH, "taken from " + directory);
    return created;
  }

  /// Restarts services with an ended process even when nothing changed, since a person asked.
  private static Wanted again(Environment old, Wanted before, Release release, Instant now) {
    var same =
        before.release().map(release::equals).orElse(false)
            && before.power() == Power.ON
            && before.fault().isEmpty();
    var next = same ? before : before.withRelease(release, Power.ON, now);
    return next.restarted(old.broken()).retried();
  }

  /// `<folder>-local`.
  private static EnvironmentName nameOf(Path directory) {
    var folder = String.valueOf(directory.getFileName());
    var stem = Label.of(folder, EnvironmentName.LONGEST - "-local".length());
    return new EnvironmentName(stem + "-local");
  }

  private static void mustBeOf(Environment environment, Path directory) {
    var taken =
        new FaultException(
            Fault.user(
                "`%s` is another environment already; choose a name with --name"
                    .formatted(environment.name())));
    switch (environment.origin()) {
      case Origin.OfWorkingTree tree -> {
        if (!tree.directory().equals(directory.toString())) {
          throw taken;
        }
      }
      case Origin.OfPullRequests _ -> throw taken;
      case Origin.Unknown ignored -> throw taken;
    }
    if (environment.wanted().removal().isPresent()) {
      throw gone(environment.name());
    }
  }

  private void mustStay(Environment environment, ClusterSelector wish) {
    var stays =
        switch (environment.placement()) {
          case Placement.On on -> wish.matches(on.cluster(), labels(on.cluster()));
          case Placement.Nowhere(var only) -> only.filter(wish::equals).isPresent();
        };
    if (!stays) {
      var where =
          environment.placement() instanceof Placement.On(var cluster, _, _)
              ? "cluster `%s`".formatted(cluster)
              : "no cluster yet";
      throw new FaultException(
          Fault.user(
              "`%s` is there already, on %s, and does not move; destroy it first, or choose a name"
                      .formatted(environment.name(), where)
                  + " with --name"));
    }
  }

  /// None of a cluster that cannot be connected.
  private Map<String, String> labels(ClusterName name) {
    return engines.clusters().stream()
        .filter(cluster -> cluster.name().equals(name))
        .findFirst()
        .map(Cluster::labels)
        .orElse(Map.of());
  }

  private static FaultException gone(EnvironmentName name) {
    return new FaultException(
        Fault.user("`%s` is being removed right now; try again in a moment".formatted(name)));
  }
}
