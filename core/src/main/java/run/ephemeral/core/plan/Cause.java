package run.ephemeral.core.plan;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import run.ephemeral.core.Fault;
import run.ephemeral.core.name.ClusterSelector;
import run.ephemeral.core.release.ArtifactOrder;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.spec.SpecProblem;

/// Why a component or a whole environment is in its state, as data. [Sentences] renders causes for
/// display; no decision depends on the rendered text.
public sealed interface Cause {
  /// The name in the API, such as `waits-for`.
  default String code() {
    var name = getClass().getSimpleName();
    return name.replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
  }

  /// The part of a failure that people need to know.
  ///
  /// @param retryAt when the step is tried again; empty when no retry is scheduled
  record Failure(Fault.Kind kind, String message, Optional<Instant> retryAt) {
    static Failure of(Fault fault) {
      return new Failure(fault.kind(), fault.message(), Optional.empty());
    }

    static Failure of(Fault fault, Instant retryAt) {
      return new Failure(fault.kind(), fault.message(), Optional.of(retryAt));
    }
  }

  // Causes of services.

  /// @param again whether its process ended before and was started again
  record Answers(boolean again) implements Cause {}

  /// The process is healthy; its requests are routed to it next.
  record GetsRequests() implements Cause {}

  /// The process is healthy, but the stable address cannot be opened.
  record Unreachable(Failure failure) implements Cause {}

  record IsBuilt() implements Cause {}

  /// The image is being resolved in its registry.
  record IsLookedFor() implements Cause {}

  /// An artifact from outside does not exist yet, such as an image that CI builds.
  ///
  /// @param again time of the next attempt
  record AwaitsArtifact(ArtifactOrder order, Optional<Instant> again) implements Cause {}

  record Starts() implements Cause {}

  record DoesNotAnswerYet() implements Cause {}

  record WaitsFor(ComponentName other) implements Cause {}

  /// @param how the process ended, in the engine's words
  /// @param olderServes whether the previous version still serves
  record Ended(String how, boolean olderServes) implements Cause {}

  /// The process ended too often and is not started again.
  record GaveUp(String how, int starts, boolean olderServes) implements Cause {}

  /// @param how the previous attempt ended
  /// @param attempt the number of the running attempt; empty when none runs yet
  record StartsAgain(Optional<String> how, Optional<Integer> attempt) implements Cause {}

  /// A step of the component failed, such as its build.
  record StepFailed(Failure failure, boolean olderServes) implements Cause {}

  /// The cluster cannot get the workload ready.
  ///
  /// @param how in the cluster's words
  record IsTroubled(String how, boolean olderServes) implements Cause {}

  record Asleep() implements Cause {}

  // Causes of databases.

  record IsThere() implements Cause {}

  /// The seed changed since the database was copied; the data is kept.
  record SeedChanged() implements Cause {}

  record IsCopied() implements Cause {}

  record IsKept() implements Cause {}

  record NotMadeYet() implements Cause {}

  // Causes of tests.

  /// @param summary as reported by the engine
  record TestEnded(String summary) implements Cause {}

  record TestRuns() implements Cause {}

  record WaitsForServices() implements Cause {}

  // Causes of environments.

  record SourceIsRead() implements Cause {}

  /// Unplaced: no suitable cluster has room.
  ///
  /// @param only the clusters that a person chose; empty for any
  /// @param ahead how many older environments wait, too
  record AwaitsRoom(Optional<ClusterSelector> only, int ahead) implements Cause {}

  /// No cluster, or not the one of its placement, can run the whole app.
  record FitsNowhere(List<SpecProblem> why) implements Cause {
    public FitsNowhere {
      why = List.copyOf(why);
    }
  }

  record IsPlaced() implements Cause {}

  /// The cluster of its placement is no longer configured.
  record ClusterIsUnknown(ClusterSelector selector) implements Cause {}

  /// The newest commit cannot be read or run.
  record SourceFailed(Failure failure) implements Cause {}

  record PartFails(ComponentName part, Cause cause) implements Cause {}

  /// The part waits, and no other part is being made or started.
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

  /// The observation failed.
  record CannotBeSeen(Failure failure) implements Cause {}

  /// @param started whether a release exists that a visit would start
  /// @param newest the problem with the newest commit
  record Rests(boolean started, Optional<Failure> newest) implements Cause {}

  /// @param removal why the environment is removed
  /// @param cause why the removal cannot begin
  record RemovalWaits(String removal, Cause cause) implements Cause {}

  /// @param why the reason recorded with the removal
  /// @param troubles steps of the removal that fail
  record IsRemoved(String why, List<Failure> troubles) implements Cause {
    public IsRemoved {
      troubles = List.copyOf(troubles);
    }
  }
}
