package run.ephemeral.core.gateway;

import java.time.Instant;
import java.util.Optional;
import run.ephemeral.core.name.EnvironmentName;

/// Port: what visitors of an environment meet. Any number of gateways can be told the same.
///
/// Every method is safe to repeat and from any thread, and returns at once.
public interface Reception {
  /// What visitors are told while a service has nowhere to go, and which services have host
  /// names.
  void show(EnvironmentName environment, Notice notice);

  /// Drops what is known of the environment. Held requests get the page that says there is no
  /// such environment.
  void forget(EnvironmentName environment);

  /// When the last request came from outside; empty when none came since the gateway started.
  Optional<Instant> lastUsed(EnvironmentName environment);
}
