package run.ephemeral.core.spec;

import java.util.Locale;

/// The kinds of engine on which environments can run.
public enum EngineKind {
  /// Processes of one machine.
  PROCESS,
  /// Namespaces of a Kubernetes cluster.
  KUBERNETES;

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
