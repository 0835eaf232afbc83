package run.ephemeral.engine.kubernetes;

import run.ephemeral.core.Digest;
import run.ephemeral.core.name.EnvironmentKey;

/// Prepares the namespace of an environment, once for all steps that need it at the same time.
final class Preparation {
  private final Namespaces namespaces;
  private final Once<EnvironmentKey, Namespaces.Made> making = new Once<>();

  /// As `furnished`.
  private final Once<String, Boolean> furnishing = new Once<>();

  /// The uids of namespaces whose baseline this process has just applied, for another component,
  /// with the version of the baseline that they had before.
  private final Recent<String> furnished = new Recent<>();

  Preparation(Namespaces namespaces) {
    this.namespaces = namespaces;
  }

  Namespaces.Made make(EnvironmentKey environment) throws InterruptedException {
    return making.of(environment, () -> namespaces.make(environment));
  }

  /// The version of the baseline.
  Digest baseline(EnvironmentKey environment) {
    return namespaces.digest(environment);
  }

  /// Applies the baseline, unless this process has just done so.
  void furnish(EnvironmentKey environment, Namespaces.Made made) throws InterruptedException {
    var state = Namespaces.uid(made.namespace()) + Namespaces.baseline(made).orElse("");
    if (!furnished.knows(state)) {
      furnishing.of(
          state,
          () -> {
            namespaces.furnish(environment, made);
            furnished.note(state);
            return true;
          });
    }
  }
}
