package run.ephemeral.core.data;

import java.util.Map;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.spec.ComponentName;

/// Port: finds the databases of environments.
@FunctionalInterface
public interface Databases {
  /// The complete databases of an environment, and how to reach each.
  Map<ComponentName, Database> of(EnvironmentKey environment);
}
