package run.ephemeral.engine.kubernetes;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
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
  /// @param beside what needs no baseline, and is done at the same time
  /// @return notes that the baseline is whole, see [Namespaces#furnish]; empty when there is no
  ///     need
  Optional<Runnable> furnish(EnvironmentKey environment, Namespaces.Made made, Runnable beside)
      throws InterruptedException {
    if (made.isFurnished()) {
      beside.run();
      return Optional.empty();
    }
    var mark = new AtomicReference<@Nullable Runnable>();
    AtOnce.all(beside, () -> furnish(environment, mark));
    return Optional.ofNullable(mark.get());
  }

  private void furnish(EnvironmentKey environment, AtomicReference<@Nullable Runnable> mark) {
    try {
      var ran = furnishing.of(environment, () -> namespaces.furnish(environment));
      if (ran.isOurs()) {
        mark.set(ran.value());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
