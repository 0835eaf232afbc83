package run.ephemeral.reconciler.report;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.Digest;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.app.App;
import run.ephemeral.core.codehost.CodeHost;
import run.ephemeral.core.codehost.Conversation;
import run.ephemeral.core.codehost.PullRequestNotices;
import run.ephemeral.core.codehost.PullRequestNotices.Begun;
import run.ephemeral.core.pullrequest.PullRequest;
import run.ephemeral.core.spec.AppName;
import run.ephemeral.reconciler.ForkNotices;

/// Tells it in the comment in which the environment is reported when there is one.
public final class CommentedForks implements ForkNotices {
  private static final Logger LOG = LoggerFactory.getLogger(CommentedForks.class);

  private final String installation;
  private final String bot;
  private final CodeHost codeHost;
  private final PullRequestNotices table;
  private final Map<AppName, Waiting> waiting = new ConcurrentHashMap<>();

  private record Waiting(App app, List<PullRequest> pullRequests, Optional<String> whyNever) {}

  /// @param bot the name that commands in comments begin with
  public CommentedForks(
      String installation, String bot, CodeHost codeHost, PullRequestNotices table) {
    this.installation = installation;
    this.bot = bot;
    this.codeHost = codeHost;
    this.table = table;
  }

  @Override
  public void seen(App app, List<PullRequest> pullRequests, Optional<String> whyNever) {
    waiting.put(app.name(), new Waiting(app, List.copyOf(pullRequests), whyNever));
  }

  @Override
  public void overwritten(App app, PullRequest pullRequest) {
    table.forget(app.name(), pullRequest.ref());
  }

  /// Tells what the last look noted. Blocks while the code host is asked.
  ///
  /// @return whether all is told; else this is to be repeated soon
  public boolean tell(AppName app) {
    var known = waiting.remove(app);
    if (known == null) {
      return true;
    }
    var isAll = false;
    try {
      isAll =
          known.pullRequests().stream()
              .map(pullRequest -> tell(known, pullRequest))
              .reduce(true, Boolean::logicalAnd);
      return isAll;
    } finally {
      if (!isAll) {
        waiting.putIfAbsent(app, known);
      }
    }
  }

  private boolean tell(Waiting known, PullRequest pullRequest) {
    try {
      var repository = pullRequest.ref().repository();
      return codeHost
          .conversation(repository)
          .map(conversation -> tell(known, pullRequest, conversation))
          .orElse(true);
    } catch (FaultException e) {
      var ref = pullRequest.ref();
      LOG.warn("{} is not told why it has no environment: {}", ref, e.fault().message());
      return false;
    }
  }

  private boolean tell(Waiting known, PullRequest pullRequest, Conversation conversation) {
    var app = known.app().name();
    var ref = pullRequest.ref();
    var page = conversation.comparison(ref.repository(), pullRequest.head());
    var body = known.whyNever().map(this::never).orElseGet(() -> waits(pullRequest, page));
    var digest = Digest.of("notice", body);
    return switch (table.begin(app, ref, known.app().environment(ref.number()), digest)) {
      case Begun.Told() -> true;
      case Begun.Later() -> false;
      case Begun.Now(var comment) -> {
        var marker = CommentText.marker(installation, app);
        var id = conversation.comment(ref, comment, marker, marker + "\n" + body);
        table.told(app, ref, digest, id);
        yield true;
      }
    };
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

    An approving review that says `@%2$s approve` does the same. Each push has to be approved \
    anew. The environment has no secrets, and `ephemeral.yaml` is that of the target branch.
    """
        .formatted(page, bot, pullRequest.commit());
  }
}
