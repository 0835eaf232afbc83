package run.ephemeral.core.environment;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import run.ephemeral.core.name.ClusterName;
import run.ephemeral.core.name.ClusterSelector;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.spec.AppName;
import run.ephemeral.core.spec.EngineKind;

/// Port: the table of environments, which is also the work queue.
///
/// An environment is *due* when its due time has passed and its lease is free. A lease is a fence:
/// a write under a lost lease changes nothing and reports so.
///
/// An unreadable row affects only its own environment: it is listed with the fault of
/// [Wanted#unreadable], and can only be removed. An unreadable observation is replaced by the next
/// one.
public interface Environments {
  List<Environment> all();

  Optional<Environment> find(EnvironmentId id);

  Optional<Environment> find(EnvironmentName name);

  /// Makes a row, due at once.
  ///
  /// @return empty, changing nothing, when the name is taken
  Optional<Environment> create(
      EnvironmentName name, AppName app, Origin origin, Wanted wanted, Placement.Nowhere placement);

  /// Makes a row for an environment that may be placed on any cluster.
  default Optional<Environment> create(
      EnvironmentName name, AppName app, Origin origin, Wanted wanted) {
    return create(name, app, origin, wanted, Placement.Nowhere.YET);
  }

  /// Changes the desired state: increments the generation and makes the row due at once.
  ///
  /// @param change called again after a concurrent change
  /// @return empty when the environment does not exist
  /// @throws run.ephemeral.core.FaultException when the row is unreadable and the change is no
  ///     removal
  Optional<Environment> want(EnvironmentId id, UnaryOperator<Wanted> change);

  /// Like [#want], by name, for a visit that the gateway repeats while the visitor waits. Takes the
  /// lease in the same statement. The commit does not wait for the disk, so a crash of the database
  /// server may lose the change. When the lease is held, or after a concurrent change, falls back
  /// to [#want], which notifies the owner of the lease.
  ///
  /// @return empty when the caller got no lease: the environment does not exist, nothing changed,
  ///     the lease is held, or the environment is on a cluster that the claimant does not serve
  Optional<Claim> visit(EnvironmentName name, UnaryOperator<Wanted> change, Claimant claimant);

  /// Like [#want], and replaces the origin.
  Optional<Environment> want(EnvironmentId id, Origin origin, UnaryOperator<Wanted> change);

  /// Makes the environment due at once, even when a run is under way and releases the lease later;
  /// unless it is on another cluster than this one.
  void wake(EnvironmentId id, ClusterName cluster);

  /// Makes every environment due at once.
  void wakeAll();

  /// Records a visit. No new generation, and nothing becomes due.
  void used(EnvironmentId id, Instant at);

  /// Leases an environment that is due and that the claimant serves.
  Optional<Claim> claim(Claimant claimant);

  /// The number of environments on each cluster; clusters without any are absent.
  Map<ClusterName, Integer> placed();

  /// The number of unplaced environments by the clusters on which they may run; empty: on any.
  Map<Optional<ClusterSelector>, Integer> unplaced();

  /// The older environments that are unplaced and not settled: they look for room, too. Their
  /// number by the clusters on which they may run; empty: on any.
  Map<Optional<ClusterSelector>, Integer> ahead(EnvironmentId id);

  /// Places an environment on a cluster, once for its life.
  ///
  /// @param most the total capacity of the cluster; `Integer.MAX_VALUE`: unlimited
  /// @return the placed environment; empty, changing nothing, when the cluster is full, the
  ///     environment is placed already, or the lease is lost
  Optional<Environment> place(Lease lease, ClusterName cluster, EngineKind engine, int most);

  /// Whether no newer lease was taken of the environment, which exists.
  boolean isNewest(EnvironmentId id, long token);

  /// Expires every lease of an owner whose process has ended, as its next process knows.
  void abandon(String owner);

  /// When the next environment becomes due, of those that are unplaced or on one of these clusters.
  /// A held lease counts as due when it expires.
  Optional<Instant> nextDue(Set<ClusterName> served);

  /// @return whether the lease was still held and is extended
  boolean renew(Lease lease, Duration duration);

  /// Stores an observation and attempts.
  ///
  /// @return whether the lease was still held
  boolean record(Lease lease, Observed observed, Attempts attempts, Optional<Instant> readyAt);

  /// Releases the lease. If the environment was woken since the lease was taken, it is due at once.
  ///
  /// @param due when to reconcile again; empty to wait for a wake
  /// @param settled whether nothing is left to be done
  void release(Lease lease, Optional<Instant> due, boolean settled);

  /// Deletes the row, unless the environment was woken since the lease was taken. If that freed
  /// capacity, the oldest unplaced environments that look for room become due at once.
  void remove(Lease lease);

  /// A process that takes leases.
  ///
  /// @param lease the duration of a lease
  /// @param served the clusters that the process serves; any process may take an unplaced
  ///     environment
  record Claimant(String owner, Duration lease, Set<ClusterName> served) {
    public Claimant {
      served = Set.copyOf(served);
    }
  }

  /// @param token grows with every lease of the environment: engines refuse a token lower than one
  ///     seen before
  record Lease(EnvironmentId id, String owner, long token) {}

  /// @param environment as of the moment the lease was taken
  record Claim(Lease lease, Environment environment) {}
}
