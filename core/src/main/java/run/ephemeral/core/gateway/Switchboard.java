package run.ephemeral.core.gateway;

import java.time.Duration;
import java.util.OptionalInt;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.spec.ComponentName;

/// Port: the routing table of the gateway, set by an engine that runs processes. Knows ports of
/// this machine, not processes.
///
/// Every method may be repeated and called from any thread, and returns at once unless stated
/// otherwise.
public interface Switchboard {
  /// Routes new requests for the service to this port of 127.0.0.1 or ::1; requests under way are
  /// not moved.
  void route(EnvironmentName environment, ComponentName service, int port);

  /// The port of the current route; empty when the service has none.
  OptionalInt routed(EnvironmentName environment, ComponentName service);

  /// Removes the route: new requests are held or get the notice.
  void unroute(EnvironmentName environment, ComponentName service);

  /// Waits until no request to the port is under way, or the time is over.
  void drain(int port, Duration atMost) throws InterruptedException;

  /// Opens the stable address by which other services of the environment reach this one, if it is
  /// not open: a listener on a port of the loopback interface.
  ///
  /// @param wanted the preferred port, such as that of the last time; 0 for any
  /// @return the actual port, which differs from `wanted` only when another process uses that
  int address(EnvironmentName environment, ComponentName service, int wanted);

  /// The port of the stable address; empty when it is not open.
  OptionalInt address(EnvironmentName environment, ComponentName service);

  /// Drops all routes and addresses of the environment, and its notice.
  void forget(EnvironmentName environment);
}
