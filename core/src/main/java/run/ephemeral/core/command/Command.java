package run.ephemeral.core.command;

import java.time.Duration;
import java.util.Optional;
import run.ephemeral.core.spec.ComponentName;

/// A request of a person to an environment.
public sealed interface Command {
  /// Read the source again, and retry failed steps.
  record Update() implements Command {}

  record Sleep() implements Command {}

  record Wake() implements Command {}

  /// @param service empty for all of them
  record Restart(Optional<ComponentName> service) implements Command {}

  /// Run again, whatever the last result.
  ///
  /// @param test empty for all of them
  record Test(Optional<ComponentName> test) implements Command {}

  record Extend(Duration by) implements Command {}

  record Pin() implements Command {}

  record Unpin() implements Command {}

  record Destroy() implements Command {}
}
