package run.ephemeral.reconciler;

import run.ephemeral.core.environment.Environments;
import run.ephemeral.core.policy.Limits;

/// How many environments may still be made.
public record Room(Environments environments, Limits limits) {
  int left() {
    return limits.environments() - environments.all().size();
  }

  /// The message when none may be created.
  String full() {
    return "there are %d environments, which is the limit until one is destroyed"
        .formatted(limits.environments());
  }
}
