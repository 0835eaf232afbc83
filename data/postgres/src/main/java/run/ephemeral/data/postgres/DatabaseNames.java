package run.ephemeral.data.postgres;

import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.release.Component;
import run.ephemeral.core.spec.ComponentName;

/// The names of databases and roles. They consist of digits and labels, so they need no quoting.
final class DatabaseNames {
  private DatabaseNames() {}

  /// The name of an environment's database and of its role.
  static String of(EnvironmentId environment, ComponentName database) {
    return prefix(environment) + database.value().replace('-', '_');
  }

  /// The prefix of all names of an environment.
  static String prefix(EnvironmentId environment) {
    return "e" + environment + "_";
  }

  static String golden(Component.Database order) {
    return "golden_" + order.key().hex().substring(0, 20);
  }
}
