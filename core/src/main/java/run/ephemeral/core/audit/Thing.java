package run.ephemeral.core.audit;

import java.util.Optional;
import run.ephemeral.core.name.EnvironmentId;

/// Identifies a resource of ours outside the tables. Equal values mean the same resource, in any
/// ledger or inventory.
///
/// @param environment the owner; empty for a resource that belongs to no single environment
/// @param name unique within its kind and environment
public record Thing(Kind kind, Optional<EnvironmentId> environment, String name) {
  /// The kinds of resource.
  public enum Kind {
    FOLDER("folder"),
    PROCESS("process"),
    NAMESPACE("namespace"),
    WORKLOAD("workload"),
    WORKSPACE("workspace"),
    PORT("port"),
    SITE("host name"),
    ROUTE("route"),
    DATABASE("database"),
    ROLE("role"),
    GOLDEN("golden database"),
    BUILD("build"),
    SCRATCH("scratch"),
    SOURCE("source");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  public static Thing of(EnvironmentId environment, Kind kind, String name) {
    return new Thing(kind, Optional.of(environment), name);
  }

  /// A resource that belongs to no single environment.
  public static Thing shared(Kind kind, String name) {
    return new Thing(kind, Optional.empty(), name);
  }

  /// In one line, such as `database 7 orders`.
  public String id() {
    return kind.word() + environment.map(id -> " " + id).orElse("") + " " + name;
  }
}
