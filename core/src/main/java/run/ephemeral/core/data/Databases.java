package run.ephemeral.core.data;

import java.util.Map;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.spec.ComponentName;

/// Port: where the databases of environments are.
@FunctionalInterface
public interface Databases {
  /// Those of an environment that are there, whole, and how to reach each.
  Map<ComponentName, Database> of(EnvironmentKey environment);
}
