package run.ephemeral.engine.kubernetes;

import java.util.Optional;
import run.ephemeral.core.name.EnvironmentKey;

/// Prepares the namespace of an environment, once for all steps that need it at the same time.
final class Preparation {
  private final Namespaces namespaces;
  private final Once<Namespaces.Made> making = new Once<>();
  private final Once<Runnable> furnishing = new Once<>();

  Preparation(Namespaces namespaces) {
    this.namespaces = namespaces;
  }

  Namespaces.Made make(EnvironmentKey environment) throws InterruptedException {
    return making.of(environment, () -> namespaces.make(environment)).value();
  }

  /// Applies the baseline unless it is whole.
  ///
  /// @return notes that the baseline is whole, see [Namespaces#furnish]; empty when there is no
  ///     need
  Optional<Runnable> furnish(EnvironmentKey environment, Namespaces.Made made)
      throws InterruptedException {
    if (made.isFurnished()) {
      return Optional.empty();
    }
    var ran = furnishing.of(environment, () -> namespaces.furnish(environment));
    return ran.isOurs() ? Optional.of(ran.value()) : Optional.empty();
  }
}
