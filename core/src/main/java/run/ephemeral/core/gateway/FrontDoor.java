package run.ephemeral.core.gateway;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import run.ephemeral.core.environment.Phase;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.spec.ComponentName;

/// Port: what decides where a request goes. Knows ports of this machine and nothing of
/// processes.
///
/// Every method is safe to repeat and from any thread, and returns at once unless it says
/// otherwise.
public interface FrontDoor {
  /// From now on new requests for the service go to this port, of 127.0.0.1 or of ::1; those
  /// under way stay where they are.
  void route(EnvironmentName environment, ComponentName service, int port);

  /// Where requests go now; empty when nowhere.
  OptionalInt routed(EnvironmentName environment, ComponentName service);

  /// From now on requests for the service have nowhere to go: they wait or are shown the
  /// notice.
  void unroute(EnvironmentName environment, ComponentName service);

  /// Waits until no request is under way to the port, at most this long.
  void drain(int port, Duration atMost) throws InterruptedException;

  /// What visitors are told while a service has nowhere to go, and which services have host
  /// names.
  void show(EnvironmentName environment, Notice notice);

  /// Drops all of the environment's routes, addresses and its notice. Held requests get the
  /// page that says there is no such environment.
  void forget(EnvironmentName environment);

  /// The stable address by which other services of the environment reach this one: a listener
  /// on a port of the loopback interface, opened now if it is not open.
  ///
  /// @param wanted the port it had before; 0 for any
  /// @return the port it has, which differs from `wanted` only when that is taken by a stranger
  int address(EnvironmentName environment, ComponentName service, int wanted);

  /// The port of the stable address; empty when it is not open.
  OptionalInt address(EnvironmentName environment, ComponentName service);

  /// The public address of the environment, such as `http://pr-shop-1.localhost:8080`.
  String url(EnvironmentName environment);

  /// The public address of one service, such as `http://api--pr-shop-1.localhost:8080`.
  String url(EnvironmentName environment, ComponentName service);

  /// When the last request came from outside; empty when none came since the gateway started.
  Optional<Instant> lastUsed(EnvironmentName environment);

  /// What a visitor is told.
  ///
  /// @param phase decides whether a request is held (asleep, waking, starting, ready) or
  ///     answered with
  ///     a page at once
  /// @param front the service at the environment's own host name
  /// @param publicServices those with a host name of their own
  /// @param headline one sentence
  /// @param details one line a component
  /// @param log the last lines of what failed
  record Notice(
      Phase phase,
      Optional<ComponentName> front,
      Set<ComponentName> publicServices,
      String headline,
      List<String> details,
      List<String> log) {
    public Notice {
      publicServices = Set.copyOf(publicServices);
      details = List.copyOf(details);
      log = List.copyOf(log);
    }
  }
}
