package run.ephemeral.core.gateway;

import java.time.Duration;
import java.util.OptionalInt;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.spec.ComponentName;

/// Port: where the requests for a service go, as an engine tells that runs processes. Knows ports
/// of this machine and nothing of processes.
///
/// Every method is safe to repeat and from any thread, and returns at once unless it says
/// otherwise.
public interface Switchboard {
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

  /// The stable address by which other services of the environment reach this one: a listener
  /// on a port of the loopback interface, opened now if it is not open.
  ///
  /// @param wanted the port it had before; 0 for any
  /// @return the port it has, which differs from `wanted` only when that is taken by a stranger
  int address(EnvironmentName environment, ComponentName service, int wanted);

  /// The port of the stable address; empty when it is not open.
  OptionalInt address(EnvironmentName environment, ComponentName service);

  /// Drops all routes and addresses of the environment, and what its visitors are told.
  void forget(EnvironmentName environment);
}
