package run.ephemeral.core.pullrequest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import run.ephemeral.core.spec.StartSpec;

/// Decides which pull requests get an environment. Pure: compares open pull requests with existing
/// environments and returns the changes.
///
/// Commits and files are not read here; a [Candidate] contains what is needed of them.
public final class Admission {
  private Admission() {}

  /// A change for one pull request.
  public sealed interface Change {
    /// @param asleep whether the environment is created asleep, to be started on demand
    record Create(PullRequest pullRequest, boolean asleep) implements Change {}

    /// The head moved.
    record Update(PullRequest pullRequest) implements Change {}

    /// Facts such as the title changed, the head did not.
    record Note(PullRequest pullRequest) implements Change {}

    record Remove(PullRequestRef pullRequest, String reason) implements Change {}

    /// The pull request is admitted, but the limit of environments is reached.
    record Wait(PullRequest pullRequest) implements Change {}

    /// The pull request would be admitted, but its commit comes from a fork and is not approved.
    record AwaitApproval(PullRequest pullRequest) implements Change {}

    default PullRequestRef ref() {
      return switch (this) {
        case Create(var pullRequest, _) -> pullRequest.ref();
        case Update(var pullRequest) -> pullRequest.ref();
        case Note(var pullRequest) -> pullRequest.ref();
        case Remove(var ref, _) -> ref;
        case Wait(var pullRequest) -> pullRequest.ref();
        case AwaitApproval(var pullRequest) -> pullRequest.ref();
      };
    }
  }

  /// @param open the open pull requests, as reported by the code host
  /// @param running the pull requests that have an environment, as last recorded there
  /// @param dismissed pull requests whose environment was destroyed or expired, with their commit
  ///     at that time
  /// @param room how many environments may still be created
  public static List<Change> judge(
      List<Candidate> open,
      Map<PullRequestRef, PullRequest> running,
      Map<PullRequestRef, String> dismissed,
      int room) {
    var changes = new ArrayList<Change>();
    for (var entry : running.entrySet()) {
      if (open.stream()
          .noneMatch(candidate -> candidate.pullRequest().ref().equals(entry.getKey()))) {
        changes.add(new Change.Remove(entry.getKey(), ended(entry.getKey())));
      }
    }
    var left = room;
    for (var candidate : open) {
      var pullRequest = candidate.pullRequest();
      var known = running.get(pullRequest.ref());
      var admitted = refusal(candidate, dismissed).isEmpty();
      if (known != null) {
        var why = leftOut(candidate);
        if (!why.isEmpty()) {
          changes.add(new Change.Remove(pullRequest.ref(), why));
        } else if (pullRequest.head().movedFrom(known.head())) {
          // The approved commit of a fork stays until the newer commit is approved.
          if (pullRequest.isTrusted()) {
            changes.add(new Change.Update(pullRequest));
          }
        } else if (!known.equals(pullRequest)) {
          changes.add(new Change.Note(pullRequest));
        }
      } else if (admitted && left <= 0) {
        changes.add(new Change.Wait(pullRequest));
      } else if (admitted) {
        left--;
        var asleep = candidate.start().when() == StartSpec.When.COMMAND;
        changes.add(new Change.Create(pullRequest, asleep));
      } else if (isForeign(candidate) && !isDismissed(pullRequest, dismissed)) {
        changes.add(new Change.AwaitApproval(pullRequest));
      }
    }
    return changes;
  }

  /// Why a pull request gets no environment, in a sentence; empty when it gets one as far as the
  /// limit allows.
  public static String refusal(Candidate candidate, Map<PullRequestRef, String> dismissed) {
    var pullRequest = candidate.pullRequest();
    var why = leftOut(candidate);
    if (!why.isEmpty()) {
      return why;
    }
    if (isForeign(candidate)) {
      return "its commit comes from a fork, and nobody approved it";
    }
    return isDismissed(pullRequest, dismissed)
        ? "its environment was removed; `update` or the next push makes a new one"
        : "";
  }

  private static String ended(PullRequestRef pullRequest) {
    return isBranch(pullRequest)
        ? "its branch was merged or deleted"
        : "its pull request was merged or closed";
  }

  private static boolean isBranch(PullRequestRef pullRequest) {
    return pullRequest.repository().isPlainGit();
  }

  /// Why a pull request loses its environment; empty when it keeps it.
  private static String leftOut(Candidate candidate) {
    var pullRequest = candidate.pullRequest();
    var skip = candidate.start().skip();
    if (!candidate.start().takes(pullRequest.branch())) {
      return "its branch is left out by start.branches";
    }
    if (skip.authors().contains(pullRequest.author())) {
      return "its author is left out by start.skip.authors";
    }
    if (pullRequest.facts().draft() && skip.drafts().orElse(false)) {
      return "it is a draft, and start.skip.drafts leaves those out";
    }
    if (skip.leavesOut(candidate.changed())) {
      return "it changes only files that are left out by start.skip.paths";
    }
    var labels = pullRequest.facts().labels();
    var wanted = candidate.start().label();
    if (wanted.isPresent() && !labels.contains(wanted.get())) {
      return "it lacks the label `%s` of start.label".formatted(wanted.get())
          + (isBranch(pullRequest.ref()) ? "; a plain git repository has no labels" : "");
    }
    return skip.labels().orElse(List.of()).stream().anyMatch(labels::contains)
        ? "it has a label that is left out by start.skip.labels"
        : "";
  }

  /// Whether only an approval is missing.
  private static boolean isForeign(Candidate candidate) {
    return leftOut(candidate).isEmpty() && !candidate.pullRequest().isTrusted();
  }

  /// Whether the pull request gets no environment before its next push, whatever its file says.
  public static boolean isDismissed(
      PullRequest pullRequest, Map<PullRequestRef, String> dismissed) {
    return pullRequest.commit().equals(dismissed.get(pullRequest.ref()));
  }
}
