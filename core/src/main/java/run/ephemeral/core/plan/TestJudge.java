package run.ephemeral.core.plan;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import run.ephemeral.core.Digest;
import run.ephemeral.core.release.Component;
import run.ephemeral.core.step.Step;
import run.ephemeral.core.step.StepKey;

/// Decides whether a test has a result for the services as they should run, and offers to run it
/// once every service is ready.
final class TestJudge {
  private TestJudge() {}

  /// @param tested the digests of all services; empty while one of them is unknown
  /// @param allReady whether every service runs with its digest and is ready
  static void judge(
      Draft draft, Component.Test test, Optional<List<Digest>> tested, boolean allReady) {
    if (tested.isEmpty()) {
      part(draft, test, Part.State.WAITING, new Cause.WaitsForServices());
      return;
    }
    var key = test.key(tested.get());
    var result =
        draft.situation.observed().tests().stream()
            .filter(known -> known.key().equals(key))
            .findFirst();
    if (result.isPresent()) {
      var state = result.get().passed() ? Part.State.PASSED : Part.State.FAILED;
      part(draft, test, state, new Cause.TestEnded(result.get().summary()));
    } else if (!allReady) {
      part(draft, test, Part.State.WAITING, new Cause.WaitsForServices());
    } else {
      run(draft, test, key);
    }
  }

  private static void run(Draft draft, Component.Test test, Digest key) {
    var after = Set.<StepKey>of();
    switch (ArtifactJudge.judge(draft, test.name(), test.source(), "the test needs its folder")) {
      case ArtifactJudge.Progress.There _ -> {}
      case ArtifactJudge.Progress.Coming(var build) -> after = Set.of(build);
      case ArtifactJudge.Progress.Awaited(var cause) -> {
        part(draft, test, Part.State.WAITING, cause);
        return;
      }
      case ArtifactJudge.Progress.Refused(var failure) -> {
        part(draft, test, Part.State.FAILED, new Cause.StepFailed(failure, false));
        return;
      }
    }
    switch (draft.offer(new Step.Test(test, key, "every service is ready"), after)) {
      case Draft.Offer.Taken(var ignored) ->
          part(draft, test, Part.State.STARTING, new Cause.TestRuns());
      case Draft.Offer.Refused(var failure) ->
          part(draft, test, Part.State.FAILED, new Cause.StepFailed(failure, false));
    }
  }

  private static void part(Draft draft, Component.Test test, Part.State state, Cause cause) {
    draft.part(new Part(Part.Kind.TEST, test.name(), state, cause));
  }
}
