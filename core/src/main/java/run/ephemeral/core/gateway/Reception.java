package run.ephemeral.core.gateway;

import java.time.Instant;
import java.util.Optional;
import run.ephemeral.core.name.EnvironmentName;

/// Port: what the gateway answers to visitors when no service does. Any number of gateways can be
/// given the same.
///
/// Every method may be repeated and called from any thread, and returns at once.
public interface Reception {
  /// Sets the page that visitors see while a service has no route, and which services have host
  /// names.
  void show(EnvironmentName environment, Notice notice);

  /// Drops everything about the environment. Held requests get the page for unknown environments.
  void forget(EnvironmentName environment);

  /// When the last request came from outside; empty when none came since the gateway started.
  Optional<Instant> lastUsed(EnvironmentName environment);

  /// Counts somebody from outside whose connection does not come through the gateway's port: the
  /// environment is in use until the result is closed.
  ///
  /// @return empty when it has as many requests and connections as are allowed, or is unknown
  Optional<Visit> enter(EnvironmentName environment);

  /// A use that lasts. Closing it again changes nothing.
  interface Visit extends AutoCloseable {
    @Override
    void close();
  }
}
