package run.ephemeral.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;
import run.ephemeral.core.pullrequest.Facts;
import run.ephemeral.core.pullrequest.Head;
import run.ephemeral.core.pullrequest.PullRequest;
import run.ephemeral.core.pullrequest.PullRequestRef;
import run.ephemeral.core.pullrequest.RepositoryName;
import run.ephemeral.core.pullrequest.Trust;
import run.ephemeral.core.spec.AppName;

/// Maps the last reported state of a pull request from and to a row.
final class PullRequestRow {
  private PullRequestRow() {}

  static PullRequestRef ref(ResultSet row) throws SQLException {
    var repository = new RepositoryName(row.getString("host"), row.getString("repository"));
    return new PullRequestRef(repository, row.getInt("number"));
  }

  static PullRequest read(ResultSet row) throws SQLException {
    var base = Optional.ofNullable(row.getString("base"));
    var labels = Set.copyOf(List.of((String[]) row.getArray("labels").getArray()));
    return new PullRequest(
        ref(row),
        new Head(row.getString("head"), row.getString("branch"), base),
        new Facts(row.getString("title"), row.getString("author"), labels, row.getBoolean("draft")),
        trust(row.getString("fork"), row.getString("approved"), row.getString("approved_by")));
  }

  private static Trust trust(
      @Nullable String fork, @Nullable String approved, @Nullable String by) {
    if (fork == null) {
      return new Trust.Own();
    }
    return approved == null || by == null
        ? new Trust.Fork(fork)
        : new Trust.Approved(fork, approved, by);
  }

  static PreparedBatch bind(PreparedBatch batch, AppName app, PullRequest pullRequest) {
    var repository = pullRequest.ref().repository();
    var labels = pullRequest.facts().labels().stream().sorted().toList();
    var bound =
        batch
            .bind("app", app.value())
            .bind("host", repository.host())
            .bind("repository", repository.path())
            .bind("number", pullRequest.number())
            .bind("head", pullRequest.commit())
            .bind("branch", pullRequest.branch())
            .bind("base", pullRequest.head().base().orElse(null))
            .bind("title", pullRequest.title())
            .bind("author", pullRequest.author())
            .bindArray("labels", String.class, labels)
            .bind("draft", pullRequest.facts().draft());
    return switch (pullRequest.trust()) {
      case Trust.Own() -> trust(bound, null, null, null);
      case Trust.Fork(var owner) -> trust(bound, owner, null, null);
      case Trust.Approved(var owner, var commit, var by) -> trust(bound, owner, commit, by);
    };
  }

  private static PreparedBatch trust(
      PreparedBatch batch, @Nullable String fork, @Nullable String approved, @Nullable String by) {
    return batch.bind("fork", fork).bind("approved", approved).bind("by", by);
  }
}
