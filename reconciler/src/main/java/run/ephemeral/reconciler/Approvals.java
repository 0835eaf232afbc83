package run.ephemeral.reconciler;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import run.ephemeral.core.app.App;
import run.ephemeral.core.app.Apps;
import run.ephemeral.core.engine.Engines;
import run.ephemeral.core.pullrequest.Approval;
import run.ephemeral.core.pullrequest.PullRequest;
import run.ephemeral.core.pullrequest.PullRequestRef;
import run.ephemeral.core.pullrequest.Trust;

/// Which commits of forks may run: those that somebody approved who may push to the repository,
/// where engines keep code of strangers apart.
public final class Approvals {
  private static final String NEVER =
      "its commit comes from a fork, and environments of this app are processes of one machine,"
          + " which do not keep code of strangers apart; on a cluster they would";

  private final Apps apps;
  private final Engines engines;

  public Approvals(Apps apps, Engines engines) {
    this.apps = apps;
    this.engines = engines;
  }

  /// Why no commit of a fork runs, whoever approves it; empty when one can.
  public Optional<String> whyNever(App app) {
    var isPossible =
        engines.clusters().stream()
            .filter(cluster -> cluster.isAmong(app.cluster()))
            .anyMatch(cluster -> cluster.engine().isolates());
    return isPossible ? Optional.empty() : Optional.of(NEVER);
  }

  /// The pull requests, with what was approved.
  List<PullRequest> applied(App app, List<PullRequest> open) {
    if (open.stream().allMatch(one -> one.trust().isOwn()) || whyNever(app).isPresent()) {
      return open;
    }
    var approvals = apps.approvals(app.name());
    return open.stream().map(one -> applied(one, approvals)).toList();
  }

  private static PullRequest applied(
      PullRequest pullRequest, Map<PullRequestRef, List<Approval>> approvals) {
    if (!(pullRequest.trust() instanceof Trust.Fork(var owner))) {
      return pullRequest;
    }
    return approvals.getOrDefault(pullRequest.ref(), List.of()).stream()
        .filter(approval -> approval.isOf(pullRequest.head()))
        .findFirst()
        .map(known -> pullRequest.with(new Trust.Approved(owner, known.commit(), known.by())))
        .orElse(pullRequest);
  }
}
