package run.ephemeral.reconciler;

import run.ephemeral.core.environment.Environments;
import run.ephemeral.core.policy.Limits;

/// How many environments may still be made.
public record Room(Environments environments, Limits limits) {
  int left() {
    return limits.environments() - environments.all().size();
  }

  /// What to say when there is none left.
  String full() {
    return "there are %d environments, which is the limit until one is destroyed"
        .formatted(limits.environments());
  }
}
