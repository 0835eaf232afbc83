package run.ephemeral.core.plan;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import run.ephemeral.core.name.ClusterSelector;
import run.ephemeral.core.plan.Cause.Failure;
import run.ephemeral.core.release.ArtifactOrder;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.spec.SpecProblem;

/// Plain English.
final class English implements Sentences {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);

  private final boolean hasTimes;

  English(boolean hasTimes) {
    this.hasTimes = hasTimes;
  }

  @Override
  public String of(Cause cause) {
    return switch (cause) {
      case Cause.Answers(var again) -> again ? "answers again" : "answers";
      case Cause.GetsRequests() -> "answers, and gets its requests now";
      case Cause.Unreachable(var failure) -> "cannot be reached by other services: " + of(failure);
      case Cause.IsBuilt() -> "is being built";
      case Cause.IsLookedFor() -> "its image is looked for";
      case Cause.AwaitsArtifact(var order, var at) ->
          "waits for "
              + of(order)
              + at.filter(_ -> hasTimes)
                  .map(time -> "; it is looked for again at " + TIME.format(time))
                  .orElse("");
      case Cause.Starts() -> "starts";
      case Cause.DoesNotAnswerYet() -> "started, does not answer yet";
      case Cause.WaitsFor(var other) -> "waits for " + other;
      case Cause.Ended(var how, var olderServes) -> how + meanwhile(olderServes);
      case Cause.GaveUp(var how, var starts, var olderServes) ->
          "%s; it was started %d times%s".formatted(how, starts, meanwhile(olderServes));
      case Cause.StartsAgain(var how, var attempt) ->
          how.map(known -> known + "; ").orElse("")
              + "it is starting again"
              + attempt.map(number -> ", try " + number).orElse("");
      case Cause.StepFailed(var failure, var olderServes) -> of(failure) + meanwhile(olderServes);
      case Cause.IsTroubled(var how, var olderServes) -> how + meanwhile(olderServes);
      case Cause.Asleep() -> "asleep";
      case Cause.IsThere() -> "PostgreSQL";
      case Cause.SeedChanged() ->
          "keeps its data; its seed changed since, which `destroy` and `update` would take";
      case Cause.IsCopied() -> "is being copied";
      case Cause.IsKept() -> "kept";
      case Cause.NotMadeYet() -> "not made yet";
      case Cause.TestEnded(var summary) -> summary;
      case Cause.TestRuns() -> "runs";
      case Cause.WaitsForServices() -> "waits for the services";
      case Cause.SourceIsRead() -> "its source is being looked at";
      case Cause.AwaitsRoom(var only, var ahead) ->
          "waits for room: %s full or cordoned".formatted(full(only)) + queue(ahead);
      case Cause.FitsNowhere(var why) -> misfit(why);
      case Cause.IsPlaced() -> "is placed";
      case Cause.ClusterIsUnknown(var selector) -> unknown(selector);
      case Cause.SourceFailed(var failure) -> of(failure);
      case Cause.PartFails(var part, var why) -> part + " " + of(why);
      case Cause.PartWaits(var part, var why) -> part + " " + of(why);
      case Cause.PartsAreMade(var parts) -> "makes " + names(parts);
      case Cause.PartsStart(var parts) -> "starts " + names(parts);
      case Cause.AllAnswer() -> "every service answers";
      case Cause.CannotBeSeen(var failure) -> of(failure);
      case Cause.Rests(var started, var newest) ->
          (started ? "nothing runs; a visit or `wake` starts it" : "it was never started")
              + newest.map(failure -> "; the newest commit: " + of(failure)).orElse("");
      case Cause.RemovalWaits(var removal, var other) -> removal + "; but " + of(other);
      case Cause.IsRemoved(var why, var troubles) ->
          troubles.isEmpty() ? why : why + "; but " + all(troubles);
    };
  }

  @Override
  public String of(Plan.Change change) {
    return switch (change) {
      case Plan.Change.Place(var cluster) -> "runs on cluster `%s`".formatted(cluster.name());
      case Plan.Change.FallAsleep(var idle) -> {
        var minutes = idle.toMinutes();
        yield "nobody used it for " + (minutes > 0 ? minutes + " min" : idle.toSeconds() + " s");
      }
      case Plan.Change.Expire() -> "it expired: nobody pushed or visited";
    };
  }

  private static String unknown(ClusterSelector selector) {
    return switch (selector) {
      case ClusterSelector.Named(var name) ->
          "its cluster `%s` is not configured here any more; configure it again, and it goes on"
              .formatted(name);
      case ClusterSelector.Labelled labels ->
          "no cluster that can be used has the labels `%s` any more (`ephemeral cluster list`)"
              .formatted(labels);
    };
  }

  private static String full(Optional<ClusterSelector> only) {
    return switch (only.orElse(null)) {
      case null -> "every cluster that could run it is";
      case ClusterSelector.Named(var name) -> "its cluster `%s` is".formatted(name);
      case ClusterSelector.Labelled labels ->
          "every cluster with the labels `%s` is".formatted(labels);
    };
  }

  private static String queue(int ahead) {
    return switch (ahead) {
      case 0 -> "; it is the first in the queue";
      case 1 -> "; one environment is before it in the queue";
      default -> "; %d environments are before it in the queue".formatted(ahead);
    };
  }

  private static String misfit(List<SpecProblem> why) {
    return why.isEmpty()
        ? "no cluster is configured"
        : "it cannot be run here: "
            + why.stream().map(SpecProblem::message).collect(Collectors.joining("; "));
  }

  private static String of(ArtifactOrder order) {
    return switch (order) {
      case ArtifactOrder.Pulled(var image, var tags) -> {
        var others =
            switch (tags.size()) {
              case 1 -> "";
              case 2 -> " or " + tags.get(1);
              default -> " or one of %d others".formatted(tags.size() - 1);
            };
        yield "its image %s with tag %s%s".formatted(image, tags.getFirst(), others);
      }
      case ArtifactOrder.Built _ -> "its build";
    };
  }

  private String of(Failure failure) {
    return failure.message() + failure.retryAt().map(this::again).orElse("");
  }

  private String again(Instant at) {
    return "; it is tried again" + (hasTimes ? " at " + TIME.format(at) : "");
  }

  private String all(List<Failure> failures) {
    return failures.stream().map(this::of).distinct().collect(Collectors.joining("; "));
  }

  private static String meanwhile(boolean olderServes) {
    return olderServes ? "; the version before it still serves" : "";
  }

  private static String names(List<ComponentName> parts) {
    return parts.stream().map(ComponentName::value).collect(Collectors.joining(", "));
  }
}
