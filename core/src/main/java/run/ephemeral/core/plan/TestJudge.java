package run.ephemeral.core.plan;

import java.util.Set;
import run.ephemeral.core.release.TestOrder;
import run.ephemeral.core.step.Step;
import run.ephemeral.core.step.StepKey;

/// Whether a test has an answer for what runs now. It waits until every service is ready.
final class TestJudge {
  private TestJudge() {}

  static void judge(Draft draft, TestOrder order, boolean allReady) {
    var result =
        draft.situation.observed().tests().stream()
            .filter(known -> known.key().equals(order.key()))
            .findFirst();
    if (result.isPresent()) {
      var state = result.get().passed() ? Part.State.PASSED : Part.State.FAILED;
      part(draft, order, state, new Cause.TestEnded(result.get().summary()));
    } else if (!allReady) {
      part(draft, order, Part.State.WAITING, new Cause.WaitsForServices());
    } else {
      run(draft, order);
    }
  }

  private static void run(Draft draft, TestOrder order) {
    var after = Set.<StepKey>of();
    if (!draft.situation.observed().artifacts().contains(order.source().key())) {
      var build = new Step.Build(order.test(), order.source(), "the test needs its folder");
      switch (draft.offer(build, Set.of())) {
        case Draft.Offer.Refused(var failure) -> {
          part(draft, order, Part.State.FAILED, new Cause.StepFailed(failure, false));
          return;
        }
        case Draft.Offer.Taken(var key) -> after = Set.of(key);
      }
    }
    switch (draft.offer(new Step.Test(order, "every service is ready"), after)) {
      case Draft.Offer.Taken(var ignored) ->
          part(draft, order, Part.State.STARTING, new Cause.TestRuns());
      case Draft.Offer.Refused(var failure) ->
          part(draft, order, Part.State.FAILED, new Cause.StepFailed(failure, false));
    }
  }

  private static void part(Draft draft, TestOrder order, Part.State state, Cause cause) {
    draft.part(new Part(Part.Kind.TEST, order.test(), state, cause));
  }
}
