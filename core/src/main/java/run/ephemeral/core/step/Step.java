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

  /// Which effect this is: two steps with the same key are the same step, whenever they were
  /// planned.
  String key();

  /// The component it is about; empty when it is about all.
  Optional<ComponentName> component();

  /// Makes a service's artifact, unless somebody made it before.
  record Build(ComponentName service, BuildOrder order, String reason) implements AtEngine {
    @Override
    public String key() {
      return "build " + service + " " + order.key().brief();
    }

    @Override
    public Optional<ComponentName> component() {
      return Optional.of(service);
    }
  }

  /// Copies a database from its golden one, which is made first if it is not there.
  record Copy(DatabaseOrder order, String reason) implements OfData {
    @Override
    public String key() {
      return "copy " + order.database() + " " + order.key().brief();
    }

    @Override
    public Optional<ComponentName> component() {
      return Optional.of(order.database());
    }
  }

  /// Starts a service's process; does not wait for it to be healthy.
  ///
  /// @param failures how many starts in a row ended early before this one
  record Start(InstanceId instance, Unit unit, int attempt, int failures, String reason)
      implements AtEngine {
    @Override
    public String key() {
      return "start " + instance;
    }

    @Override
    public Optional<ComponentName> component() {
      return Optional.of(unit.service());
    }
  }

  /// Waits until a process is healthy, has ended, or is too late, in which case it is stopped.
  record Await(
      ComponentName service,
      InstanceId instance,
      Optional<String> health,
      Duration within,
      String reason)
      implements AtEngine {
    @Override
    public String key() {
      return "await " + instance;
    }

    @Override
    public Optional<ComponentName> component() {
      return Optional.of(service);
    }
  }

  /// Sends requests to a process from now on.
  record Route(ComponentName service, InstanceId instance, String reason) implements AtEngine {
    @Override
    public String key() {
      return "route " + instance;
    }

    @Override
    public Optional<ComponentName> component() {
      return Optional.of(service);
    }
  }

  /// Opens the stable address of a service again, so that other services reach it.
  record Open(ComponentName service, String reason) implements AtEngine {
    @Override
    public String key() {
      return "open " + service;
    }

    @Override
    public Optional<ComponentName> component() {
      return Optional.of(service);
    }
  }

  /// Ends a process: requests under way are finished first, then it is asked, then made to.
  record Stop(ComponentName service, InstanceId instance, String reason) implements AtEngine {
    @Override
    public String key() {
      return "stop " + instance;
    }

    @Override
    public Optional<ComponentName> component() {
      return Optional.of(service);
    }
  }

  /// Runs a test and keeps its result.
  record Test(TestOrder order, String reason) implements AtEngine {
    @Override
    public String key() {
      return "test " + order.test() + " " + order.key().brief();
    }

    @Override
    public Optional<ComponentName> component() {
      return Optional.of(order.test());
    }
  }

  /// Removes a database and its role.
  record Drop(ComponentName database, String reason) implements OfData {
    @Override
    public String key() {
      return "drop " + database;
    }

    @Override
    public Optional<ComponentName> component() {
      return Optional.of(database);
    }
  }

  /// Removes whatever is left, each its own: folders, addresses and routes; databases and roles.
  record Erase(String reason) implements AtEngine, OfData {
    @Override
    public String key() {
      return "erase";
    }

    @Override
    public Optional<ComponentName> component() {
      return Optional.empty();
    }
  }

  /// A step together with those that must be done before it.
  record Planned(Step step, Set<String> after) {
    public Planned {
      after = Set.copyOf(after);
    }
  }
}
