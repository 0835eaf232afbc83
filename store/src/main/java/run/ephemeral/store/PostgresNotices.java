package run.ephemeral.store;

import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import run.ephemeral.core.Digest;
import run.ephemeral.core.codehost.PullRequestNotices;
import run.ephemeral.core.pullrequest.PullRequestRef;
import run.ephemeral.core.spec.AppName;

/// Notices as rows.
final class PostgresNotices implements PullRequestNotices {
  private static final int MOST_AT_A_TIME = 20;

  private final Jdbi jdbi;

  PostgresNotices(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /// The second text of a pull request comes at once, each further one a minute later.
  @Override
  public Optional<Begun> begin(AppName app, PullRequestRef pullRequest, Digest text) {
    var sql =
        """
        INSERT INTO notice (app, host, repository, number, digest)
        SELECT name, :host, :repository, :number, :digest FROM app
        WHERE name = :app AND :most > (SELECT count(*) FROM notice
          WHERE app = :app AND begun_at > now() - interval '10 minutes')
        ON CONFLICT (app, host, repository, number) DO UPDATE SET
          digest = excluded.digest, is_told = false, begun_at = now(), times = notice.times + 1
        WHERE notice.digest <> excluded.digest
            AND notice.begun_at < now() - least(notice.times - 1, 30) * interval '1 minute'
          OR notice.digest = excluded.digest AND NOT notice.is_told
            AND notice.begun_at < now() - interval '2 minutes'
        RETURNING comment
        """;
    var repository = pullRequest.repository();
    return jdbi.withHandle(
        db ->
            db.createQuery(sql)
                .bind("app", app.value())
                .bind("host", repository.host())
                .bind("repository", repository.path())
                .bind("number", pullRequest.number())
                .bind("digest", text.hex())
                .bind("most", MOST_AT_A_TIME)
                .map((row, context) -> new Begun(Optional.ofNullable(row.getString("comment"))))
                .findOne());
  }

  @Override
  public void told(AppName app, PullRequestRef pullRequest, String comment) {
    var sql =
        "UPDATE notice SET is_told = true, comment = ?"
            + " WHERE app = ? AND host = ? AND repository = ? AND number = ?";
    var repository = pullRequest.repository();
    jdbi.useHandle(
        db ->
            db.execute(
                sql,
                comment,
                app.value(),
                repository.host(),
                repository.path(),
                pullRequest.number()));
  }
}
