package run.ephemeral.core.environment;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import run.ephemeral.core.name.ClusterName;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.spec.AppName;
import run.ephemeral.core.spec.EngineKind;

/// Port: the table of environments, which is also the queue of work.
///
/// An environment is *due* when its time has come and nobody holds its lease. A lease is a
/// fence: every write under one that was lost changes nothing and says so.
///
/// A row that cannot be read is that environment's trouble alone: it is there, with the fault of
/// [Wanted#unreadable], and can be removed and not be changed in any other way. What was seen of
/// it is seen again.
public interface Environments {
  List<Environment> all();

  Optional<Environment> find(EnvironmentId id);

  Optional<Environment> find(EnvironmentName name);

  /// Makes a row, due at once.
  ///
  /// @return empty, changing nothing, when the name is taken
  Optional<Environment> create(EnvironmentName name, AppName app, Origin origin, Wanted wanted);

  /// Changes what is wanted; a new generation, due at once.
  ///
  /// @param change asked again when somebody else changed it meanwhile
  /// @return empty when there is no such environment
  /// @throws run.ephemeral.core.FaultException when its row cannot be read and the change is no
  ///     removal
  Optional<Environment> want(EnvironmentId id, UnaryOperator<Wanted> change);

  /// As [#want], by name, for a visitor who waits and whose visit is told again while he does:
  /// the lease is taken along, which does not wait for the disk and may be lost when the database
  /// server crashes just then. When somebody holds the lease, or wrote meanwhile, it is as
  /// [#want]: whoever works on it is told.
  ///
  /// @return empty when the caller is not the one to work on it, such as when it runs on a cluster
  ///     that the claimant does not serve
  Optional<Claim> visit(EnvironmentName name, UnaryOperator<Wanted> change, Claimant claimant);

  /// As [#want], together with where the environment comes from.
  Optional<Environment> want(EnvironmentId id, Origin origin, UnaryOperator<Wanted> change);

  /// Due at once. Never loses against a run that is under way.
  void wake(EnvironmentId id);

  /// Every environment due at once.
  void wakeAll();

  /// When a visitor last came. No new generation, and nothing becomes due.
  void used(EnvironmentId id, Instant at);

  /// Takes the lease of some environment that is due, and that the claimant serves.
  Optional<Claim> claim(Claimant claimant);

  /// How many environments run on each cluster; none where it does not say.
  Map<ClusterName, Integer> placed();

  /// Decides where an environment runs, once for its life.
  ///
  /// @param most how many environments the cluster takes in all; `Integer.MAX_VALUE`: any number
  /// @return the environment as it is now; empty, with nothing changed, when the cluster has so
  ///     many, when the environment is placed already, or when the lease is lost
  Optional<Environment> place(Lease lease, ClusterName cluster, EngineKind engine, int most);

  /// Voids every lease of an owner that is known to be no more: a later life of its own says
  /// so.
  void abandon(String owner);

  /// When the next environment becomes due that nobody holds, of those on these clusters and on
  /// none yet.
  Optional<Instant> nextDue(Set<ClusterName> served);

  /// @return whether the lease is still held, and now for longer
  boolean renew(Lease lease, Duration duration);

  /// What was seen and tried.
  ///
  /// @return whether the lease was still held
  boolean record(Lease lease, Observed observed, Attempts attempts, Optional<Instant> readyAt);

  /// Gives the lease back. When something woke the environment meanwhile it is due at once.
  ///
  /// @param due when to look again; empty when only a wake should
  /// @param settled whether nothing is left to be done
  void release(Lease lease, Optional<Instant> due, boolean settled);

  /// Deletes the row: nothing is left of the environment. Of those that run nowhere yet, the one
  /// that would be looked at next is due at once: it may wait for room.
  void remove(Lease lease);

  /// Who takes leases.
  ///
  /// @param lease for how long
  /// @param served the clusters on which it can work; what runs on none yet is anybody's
  record Claimant(String owner, Duration lease, Set<ClusterName> served) {
    public Claimant {
      served = Set.copyOf(served);
    }
  }

  /// @param token grows with every lease of the environment: engines refuse a lower one
  record Lease(EnvironmentId id, String owner, long token) {}

  /// @param environment as it was when the lease was taken
  record Claim(Lease lease, Environment environment) {}
}
