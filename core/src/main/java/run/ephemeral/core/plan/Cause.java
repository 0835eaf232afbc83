package run.ephemeral.core.plan;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import run.ephemeral.core.Fault;
import run.ephemeral.core.name.ClusterName;
import run.ephemeral.core.release.ArtifactOrder;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.spec.SpecProblem;

/// Why a component, or a whole environment, is as it is: data. [Sentences] says it in words, for
/// whoever shows it; nothing decides by those words.
public sealed interface Cause {
  /// Its name in the API, such as `waits-for`.
  default String code() {
    var name = getClass().getSimpleName();
    return name.replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
  }

  /// A failure, as far as people need to know it.
  ///
  /// @param retryAt when it is tried again; empty when that is not decided by time
  record Failure(Fault.Kind kind, String message, Optional<Instant> retryAt) {
    static Failure of(Fault fault) {
      return new Failure(fault.kind(), fault.message(), Optional.empty());
    }

    static Failure of(Fault fault, Instant retryAt) {
      return new Failure(fault.kind(), fault.message(), Optional.of(retryAt));
    }
  }

  // Of services.

  /// @param again it ended before, and was started again
  record Answers(boolean again) implements Cause {}

  /// It answers; its requests go to it next.
  record GetsRequests() implements Cause {}

  /// It answers, but its stable address cannot be opened.
  record Unreachable(Failure failure) implements Cause {}

  record IsBuilt() implements Cause {}

  /// Its image is looked for in the registry.
  record IsLookedFor() implements Cause {}

  /// Whoever makes its artifact has not made it yet, such as CI an image.
  ///
  /// @param again when it is looked for again
  record AwaitsArtifact(ArtifactOrder order, Optional<Instant> again) implements Cause {}

  record Starts() implements Cause {}

  record DoesNotAnswerYet() implements Cause {}

  record WaitsFor(ComponentName other) implements Cause {}

  /// @param how its process ended, as the engine says it
  /// @param olderServes whether the version before it still serves
  record Ended(String how, boolean olderServes) implements Cause {}

  /// It ended too often.
  record GaveUp(String how, int starts, boolean olderServes) implements Cause {}

  /// @param how the try before it ended
  /// @param attempt which try is under way; empty when it has not begun
  record StartsAgain(Optional<String> how, Optional<Integer> attempt) implements Cause {}

  /// A step that must come first failed, such as its build.
  record StepFailed(Failure failure, boolean olderServes) implements Cause {}

  /// Its cluster cannot get it ready.
  ///
  /// @param how as the cluster says
  record IsTroubled(String how, boolean olderServes) implements Cause {}

  record Asleep() implements Cause {}

  // Of databases.

  record IsThere() implements Cause {}

  /// It keeps its data although its seed is another now.
  record SeedChanged() implements Cause {}

  record IsCopied() implements Cause {}

  record IsKept() implements Cause {}

  record NotMadeYet() implements Cause {}

  // Of tests.

  /// @param summary as the test, or who ran it, said
  record TestEnded(String summary) implements Cause {}

  record TestRuns() implements Cause {}

  record WaitsForServices() implements Cause {}

  // Of environments.

  record SourceIsRead() implements Cause {}

  /// It runs on no cluster yet: none has room for it.
  record AwaitsRoom() implements Cause {}

  /// No cluster, or not the one that it is on, can run all of its app.
  record FitsNowhere(List<SpecProblem> why) implements Cause {
    public FitsNowhere {
      why = List.copyOf(why);
    }
  }

  record IsPlaced() implements Cause {}

  /// Its cluster is not configured here any more.
  record ClusterIsUnknown(ClusterName cluster) implements Cause {}

  /// The newest commit, or what leads to it, cannot be run.
  record SourceFailed(Failure failure) implements Cause {}

  record PartFails(ComponentName part, Cause cause) implements Cause {}

  /// Nothing else is under way.
  record PartWaits(ComponentName part, Cause cause) implements Cause {}

  record PartsAreMade(List<ComponentName> parts) implements Cause {
    public PartsAreMade {
      parts = List.copyOf(parts);
    }
  }

  record PartsStart(List<ComponentName> parts) implements Cause {
    public PartsStart {
      parts = List.copyOf(parts);
    }
  }

  record AllAnswer() implements Cause {}

  /// What there is cannot be observed.
  record CannotBeSeen(Failure failure) implements Cause {}

  /// @param started whether there is something that a visit starts
  /// @param newest what is wrong with the newest commit
  record Rests(boolean started, Optional<Failure> newest) implements Cause {}

  /// @param removal why the environment is removed
  /// @param cause why the removal cannot begin
  record RemovalWaits(String removal, Cause cause) implements Cause {}

  /// @param why as who removed it said
  /// @param troubles what does not go
  record IsRemoved(String why, List<Failure> troubles) implements Cause {
    public IsRemoved {
      troubles = List.copyOf(troubles);
    }
  }
}
