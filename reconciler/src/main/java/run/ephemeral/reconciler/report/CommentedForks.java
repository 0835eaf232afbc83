package run.ephemeral.reconciler.report;

import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.Digest;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.app.App;
import run.ephemeral.core.codehost.CodeHost;
import run.ephemeral.core.codehost.PullRequestNotices;
import run.ephemeral.core.pullrequest.PullRequest;
import run.ephemeral.reconciler.ForkNotices;

/// Tells it in the comment in which the environment is reported when there is one.
public final class CommentedForks implements ForkNotices {
  private static final Logger LOG = LoggerFactory.getLogger(CommentedForks.class);

  private final String installation;
  private final String bot;
  private final CodeHost codeHost;
  private final PullRequestNotices table;

  /// @param bot the name that commands in comments begin with
  public CommentedForks(
      String installation, String bot, CodeHost codeHost, PullRequestNotices table) {
    this.installation = installation;
    this.bot = bot;
    this.codeHost = codeHost;
    this.table = table;
  }

  @Override
  public void tell(App app, PullRequest pullRequest, Optional<String> whyNever) {
    var ref = pullRequest.ref();
    try {
      var conversation = codeHost.conversation(ref.repository());
      if (conversation.isEmpty()) {
        return;
      }
      var page = conversation.get().comparison(ref.repository(), pullRequest.head());
      var body = whyNever.map(this::never).orElseGet(() -> waits(pullRequest, page));
      var begun = table.begin(app.name(), ref, Digest.of("notice", body));
      if (begun.isPresent()) {
        var marker = CommentText.marker(installation, app.name());
        var known = begun.get().comment();
        var text = marker + "\n" + body;
        table.told(app.name(), ref, conversation.get().comment(ref, known, marker, text));
      }
    } catch (FaultException e) {
      LOG.warn("{} is not told why it has no environment: {}", ref, e.fault().message());
    }
  }

  private String never(String why) {
    return """
    ### ⚪ No environment

    This pull request has no environment: %s.
    """
        .formatted(Markdown.text(why));
  }

  private String waits(PullRequest pullRequest, String page) {
    return """
    ### ⚪ Awaits approval

    This pull request comes from a fork. Nothing of it runs before somebody who may push to the \
    repository has [looked at the changes](%s) and approved this commit, with a comment:

    ```
    @%s approve %s
    ```

    An approving review that says `@%2$s approve` does the same. Each push has to be approved anew. \
    The environment has no secrets, and `ephemeral.yaml` is that of the target branch.
    """
        .formatted(page, bot, pullRequest.commit());
  }
}
