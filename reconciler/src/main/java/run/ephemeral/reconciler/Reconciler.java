package run.ephemeral.reconciler;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import run.ephemeral.core.app.Apps;
import run.ephemeral.core.engine.Cluster;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.environment.Environments;
import run.ephemeral.core.environment.Environments.Claim;
import run.ephemeral.core.environment.Events;
import run.ephemeral.core.environment.Placement;
import run.ephemeral.core.environment.Power;
import run.ephemeral.core.name.ClusterSelector;
import run.ephemeral.core.plan.Plan;
import run.ephemeral.core.plan.Planner;
import run.ephemeral.core.plan.Sentences;
import run.ephemeral.core.plan.Situation;
import run.ephemeral.core.policy.Limits;
import run.ephemeral.reconciler.report.Reporting;

/// Brings one environment from its observed to its desired state.
///
/// Takes a claim and no event, by design: a restart, a timer, a push and a click share one path.
/// The next steps follow from facts, again after every step that ends.
public final class Reconciler {
  final Environments environments;
  final Apps apps;
  final Events events;
  final Effects effects;
  final Watcher watcher;
  final Sentences sentences;
  private final Reporting reporting;
  final Limits limits;
  final InstantSource clock;
  private final Supplier<Instant> attendedSince;

  /// @param attendedSince see [Situation#attendedSince()]
  public Reconciler(
      Environments environments,
      Apps apps,
      Events events,
      Effects effects,
      Watcher watcher,
      Sentences sentences,
      Reporting reporting,
      Limits limits,
      InstantSource clock,
      Supplier<Instant> attendedSince) {
    this.environments = environments;
    this.apps = apps;
    this.events = events;
    this.effects = effects;
    this.watcher = watcher;
    this.sentences = sentences;
    this.reporting = reporting;
    this.limits = limits;
    this.clock = clock;
    this.attendedSince = attendedSince;
  }

  /// Creates a run for the environment of this claim. [Run#call] does the work.
  public Run run(Claim claim) {
    return new Run(this, claim);
  }

  /// A plan from the last recorded facts, for display.
  public Plan judge(Environment environment) {
    return judge(environment, effects.engines().clusters());
  }

  /// The same for a run, which may place the environment: the clusters are asked what they have
  /// left.
  Plan judgeForRun(Environment environment) throws InterruptedException {
    var engines = effects.engines();
    return judge(environment, looksForRoom(environment) ? engines.roomy() : engines.clusters());
  }

  private Plan judge(Environment environment, List<Cluster> clusters) {
    var ahead = ahead(environment, clusters);
    var situation = situation(environment, counted(environment, clusters), ahead);
    var expires = Planner.expiresAt(situation);
    return reporting.last(environment, Planner.plan(situation), expires, situation.now());
  }

  private Situation situation(Environment environment, List<Cluster> clusters, int ahead) {
    var now = clock.instant();
    var seen = watcher.lastUsed(environment.name());
    var lastUsed =
        Stream.of(seen, environment.lastUsedAt())
            .flatMap(Optional::stream)
            .map(at -> at.isAfter(now) ? now : at)
            .max(Instant::compareTo);
    return new Situation(
        environment.wanted(),
        environment.observed(),
        environment.attempts(),
        environment.placement(),
        offered(environment, clusters),
        ahead,
        lastUsed,
        attendedSince.get(),
        limits,
        now);
  }

  /// Code of a fork is placed only where it is kept apart, whatever was approved.
  private static List<Cluster> offered(Environment environment, List<Cluster> clusters) {
    return environment.origin().isOwn() || environment.placement() instanceof Placement.On
        ? clusters
        : clusters.stream().filter(cluster -> cluster.engine().isolates()).toList();
  }

  private static boolean looksForRoom(Environment environment) {
    var wanted = environment.wanted();
    return environment.placement() instanceof Placement.Nowhere
        && wanted.power() == Power.ON
        && wanted.release().isPresent()
        && wanted.removal().isEmpty();
  }

  /// The clusters, with how many more environments they take if this one is to be placed.
  private List<Cluster> counted(Environment environment, List<Cluster> clusters) {
    if (!looksForRoom(environment) || clusters.stream().noneMatch(Cluster::isBounded)) {
      return clusters;
    }
    var placed = environments.placed();
    return clusters.stream()
        .map(cluster -> cluster.having(placed.getOrDefault(cluster.name(), 0)))
        .toList();
  }

  private int ahead(Environment environment, List<Cluster> clusters) {
    var mayWait = clusters.stream().anyMatch(one -> one.isBounded() || one.cordoned());
    if (!looksForRoom(environment)
        || !mayWait
        || !(environment.placement() instanceof Placement.Nowhere(var only))) {
      return 0;
    }
    var possible = clusters.stream().filter(cluster -> mayRunOn(only, cluster)).toList();
    return environments.ahead(environment.id()).entrySet().stream()
        .filter(other -> possible.stream().anyMatch(one -> mayRunOn(other.getKey(), one)))
        .mapToInt(Map.Entry::getValue)
        .sum();
  }

  private static boolean mayRunOn(Optional<ClusterSelector> only, Cluster cluster) {
    return only.map(it -> it.matches(cluster.name(), cluster.labels())).orElse(true);
  }

  /// When an environment is removed if nothing more happens; empty when it is pinned.
  public Optional<Instant> expiresAt(Environment environment) {
    return Planner.expiresAt(situation(environment, effects.engines().clusters(), 0));
  }
}
