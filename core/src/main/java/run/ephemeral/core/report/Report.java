package run.ephemeral.core.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import run.ephemeral.core.Digest;
import run.ephemeral.core.pullrequest.PullRequestRef;
import run.ephemeral.core.release.LogKind;
import run.ephemeral.core.spec.ComponentName;

/// What a pull request says about its environment: one comment, and statuses of a commit. Rendered
/// from the environment; published again when its digest differs from that of [Published].
///
/// @param commit of the statuses
/// @param text of the comment, Markdown
/// @param log whose last lines are added to the comment when it is published
/// @param statuses of the commit; none leaves the former ones
/// @param deployment of the commit; empty leaves the former one
/// @param reminders that were not told yet; no part of the digest
public record Report(
    PullRequestRef pullRequest,
    String commit,
    String text,
    Optional<Log> log,
    List<Status> statuses,
    Optional<Deployment> deployment,
    List<Reminder> reminders) {
  public Report {
    statuses = List.copyOf(statuses);
    reminders = List.copyOf(reminders);
  }

  /// A log of one component.
  public record Log(ComponentName component, LogKind kind) {}

  /// Of the comment, without the last lines of a log.
  public Digest comment() {
    return Digest.of("comment", text);
  }

  /// Of the statuses.
  public Digest statusesAtCommit() {
    var parts = new ArrayList<>(List.of("statuses", commit));
    for (var status : statuses) {
      parts.addAll(List.of(status.name(), status.state().name(), status.text()));
      parts.add(status.url().orElse(""));
    }
    return Digest.of(parts);
  }

  /// Of the deployment; of none, too.
  public Digest deploymentAtCommit() {
    var parts = new ArrayList<>(List.of("deployment", commit));
    deployment.ifPresent(
        known -> parts.addAll(List.of(known.name(), known.state().name(), known.url().orElse(""))));
    return Digest.of(parts);
  }

  public Digest digest() {
    return Digest.of(comment().hex(), statusesAtCommit().hex(), deploymentAtCommit().hex());
  }
}
