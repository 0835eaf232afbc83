package run.ephemeral.core.step;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import run.ephemeral.core.release.BuildOrder;
import run.ephemeral.core.release.DatabaseOrder;
import run.ephemeral.core.release.TestOrder;
import run.ephemeral.core.release.Unit;
import run.ephemeral.core.spec.ComponentName;

/// One external effect that is still to be had, and why. Its family says who can do it.
public sealed interface Step {
  /// What an engine does.
  sealed interface AtEngine extends Step {}

  /// What a data server does.
  sealed interface OfData extends Step {}

  /// Why, for people to read.
  String reason();

  /// Which effect this is.
  default StepKey key() {
    return StepKey.of(this);
  }

  /// The component it is about; empty when it is about all.
  default Optional<ComponentName> component() {
    return switch (this) {
      case Build(var service, _, _) -> Optional.of(service);
      case Copy(var order, _) -> Optional.of(order.database());
      case Start start -> Optional.of(start.unit().service());
      case Await await -> Optional.of(await.service());
      case Route route -> Optional.of(route.service());
      case Open open -> Optional.of(open.service());
      case Stop stop -> Optional.of(stop.service());
      case Test(var order, _) -> Optional.of(order.test());
      case Drop drop -> Optional.of(drop.database());
      case Erase _ -> Optional.empty();
    };
  }

  /// Makes a service's artifact, unless somebody made it before.
  record Build(ComponentName service, BuildOrder order, String reason) implements AtEngine {}

  /// Copies a database from its golden one, which is made first if it is not there.
  record Copy(DatabaseOrder order, String reason) implements OfData {}

  /// Starts a service's process; does not wait for it to be healthy.
  ///
  /// @param failures how many starts in a row ended early before this one
  record Start(InstanceId instance, Unit unit, int attempt, int failures, String reason)
      implements AtEngine {}

  /// Waits until a process is healthy, has ended, or is too late, in which case it is stopped.
  record Await(
      ComponentName service,
      InstanceId instance,
      Optional<String> health,
      Duration within,
      String reason)
      implements AtEngine {}

  /// Sends requests to a process from now on.
  record Route(ComponentName service, InstanceId instance, String reason) implements AtEngine {}

  /// Opens the stable address of a service again, so that other services reach it.
  record Open(ComponentName service, String reason) implements AtEngine {}

  /// Ends a process: requests under way are finished first, then it is asked, then made to.
  record Stop(ComponentName service, InstanceId instance, String reason) implements AtEngine {}

  /// Runs a test and keeps its result.
  record Test(TestOrder order, String reason) implements AtEngine {}

  /// Removes a database and its role.
  record Drop(ComponentName database, String reason) implements OfData {}

  /// Removes whatever is left, each its own: folders, addresses and routes; databases and roles.
  record Erase(String reason) implements AtEngine, OfData {}

  /// A step together with those that must be done before it.
  record Planned(Step step, Set<StepKey> after) {
    public Planned {
      after = Set.copyOf(after);
    }
  }
}
