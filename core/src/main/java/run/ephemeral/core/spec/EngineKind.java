package run.ephemeral.core.spec;

import java.util.Locale;

/// The kinds of engine on which environments can run.
public enum EngineKind {
  /// Processes of one machine.
  PROCESS,
  /// Namespaces of a Kubernetes cluster.
  KUBERNETES;

  /// Whether code of strangers may run there. Processes of one machine see each other's files.
  public boolean isolates() {
    return switch (this) {
      case PROCESS -> false;
      case KUBERNETES -> true;
    };
  }

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The kind that has this word.
  ///
  /// @throws IllegalArgumentException when none has
  public static EngineKind of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
