package run.ephemeral.reconciler;

import java.util.HashMap;
import java.util.Map;
import run.ephemeral.core.step.Step;
import run.ephemeral.core.step.StepKey;

/// How often each step succeeded in one run: one that is planned again and again has no effect.
final class Repeats {
  private static final int MOST = 3;

  private final Map<StepKey, Integer> counts = new HashMap<>();

  /// Counts a success.
  ///
  /// @return whether the step succeeded too often
  boolean isTooOften(Step step) {
    return counts.merge(effect(step), 1, Integer::sum) > MOST;
  }

  /// A report of another text is another effect.
  private static StepKey effect(Step step) {
    return step instanceof Step.Report(var report, _, _)
        ? new StepKey("report", report.digest().hex())
        : step.key();
  }
}
