package run.ephemeral.reconciler.comment;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.app.App;
import run.ephemeral.core.app.Apps;
import run.ephemeral.core.codehost.CodeHost;
import run.ephemeral.core.codehost.CommentCommands.Received;
import run.ephemeral.core.pullrequest.Approval;
import run.ephemeral.core.pullrequest.PullRequest;
import run.ephemeral.reconciler.Approvals;
import run.ephemeral.reconciler.Following;

/// Carries out `approve COMMIT`, for people who may push to the repository.
///
/// The whole name of the commit has to be given: of a short one there can be two commits, of which
/// the other is pushed after somebody looked at the first.
public final class ApproveCommand {
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40,64}");

  private final Apps apps;
  private final CodeHost codeHost;
  private final Approvals approvals;
  private final Following following;
  private final String bot;

  /// @param bot the name that commands begin with
  public ApproveCommand(
      Apps apps, CodeHost codeHost, Approvals approvals, Following following, String bot) {
    this.apps = apps;
    this.codeHost = codeHost;
    this.approvals = approvals;
    this.following = following;
    this.bot = bot;
  }

  /// @param words what follows `approve`
  /// @return what the person has to know, as Markdown; empty when the commit may run
  /// @throws FaultException USER when nothing can be approved, with the reason
  Optional<String> carryOut(App app, Received received, List<String> words) {
    var pullRequest = pullRequest(app, received);
    if (pullRequest.trust().isOwn()) {
      throw user("it comes from no fork: nothing has to be approved");
    }
    approvals
        .whyNever(app)
        .ifPresent(
            why -> {
              throw user(why);
            });
    var given = String.join(" ", words).toLowerCase(Locale.ROOT);
    if (!COMMIT.matcher(given).matches()) {
      return Optional.of(line(pullRequest, given));
    }
    // The newest commit and the target branch are those of this moment.
    following.refresh(app, pullRequest.ref());
    var seen = pullRequest.head().base();
    pullRequest = pullRequest(app, received);
    if (!given.equals(pullRequest.commit()) || !seen.equals(pullRequest.head().base())) {
      return Optional.of(line(pullRequest, given));
    }
    var approval = Approval.of(pullRequest.head(), received.author());
    following.approve(app, pullRequest.ref(), approval);
    return Optional.empty();
  }

  private PullRequest pullRequest(App app, Received received) {
    return apps.pullRequest(app.name(), received.pullRequest())
        .orElseThrow(() -> user("this pull request is not open"));
  }

  private String line(PullRequest pullRequest, String given) {
    var why =
        given.isEmpty()
            ? "Nothing is approved yet."
            : given.equals(pullRequest.commit())
                ? "The target branch is another one now, so nothing is approved."
                : COMMIT.matcher(given).matches()
                    ? "That is not the newest commit of this pull request, so nothing is approved."
                    : "The whole name of a commit is needed, so nothing is approved.";
    var repository = pullRequest.ref().repository();
    var page =
        codeHost
            .conversation(repository)
            .map(host -> host.comparison(repository, pullRequest.head()))
            .orElse("");
    return """
    %s Look at [what the newest commit changes](%s), and then write:

    ```
    @%s approve %s
    ```
    """
        .formatted(why, page, bot, pullRequest.commit())
        .strip();
  }

  private static FaultException user(String message) {
    return new FaultException(Fault.user(message));
  }
}
