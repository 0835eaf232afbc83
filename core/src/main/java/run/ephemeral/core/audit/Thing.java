package run.ephemeral.core.audit;

import java.util.Optional;
import run.ephemeral.core.name.EnvironmentId;

/// Something of ours outside the tables. Two that are equal are the same thing, whoever speaks
/// of it.
///
/// @param environment whose it is; empty for what is not one environment's
/// @param name tells it from others of its kind and environment
public record Thing(Kind kind, Optional<EnvironmentId> environment, String name) {
  /// What it is.
  public enum Kind {
    FOLDER("folder"),
    PROCESS("process"),
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

  /// What is not one environment's.
  public static Thing shared(Kind kind, String name) {
    return new Thing(kind, Optional.empty(), name);
  }

  /// As it can be spoken of in one line, such as `database 7 orders`.
  public String id() {
    return kind.word() + environment.map(id -> " " + id).orElse("") + " " + name;
  }
}
