package run.ephemeral.core.spec;

import java.util.Optional;

/// What a pull request is told once in a comment of its own, unless that is turned off.
public record RemindSpec(
    @Doc("That the environment will be removed, a day ahead. Default: true.")
        Optional<Boolean> expire,
    @Doc("That it fell asleep for the first time, and what wakes it. Default: true.")
        Optional<Boolean> sleep,
    @Doc("That a test fails which passed before. Default: true.") Optional<Boolean> tests) {
  public static final RemindSpec DEFAULT =
      new RemindSpec(Optional.empty(), Optional.empty(), Optional.empty());

  public boolean ofExpiry() {
    return expire.orElse(true);
  }

  public boolean ofSleep() {
    return sleep.orElse(true);
  }

  public boolean ofTests() {
    return tests.orElse(true);
  }
}
