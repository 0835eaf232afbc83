package run.ephemeral.store;

import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import run.ephemeral.core.Digest;
import run.ephemeral.core.codehost.PullRequestNotices;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.pullrequest.PullRequestRef;
import run.ephemeral.core.spec.AppName;

/// Notices as rows.
final class PostgresNotices implements PullRequestNotices {
  private static final int MOST_AT_A_TIME = 10;

  private static final String ROW = "app = ? AND host = ? AND repository = ? AND number = ?";

  private final Jdbi jdbi;

  PostgresNotices(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /// The second text of a pull request comes at once, each further one waits five minutes more.
  @Override
  public Begun begin(
      AppName app, PullRequestRef pullRequest, EnvironmentName environment, Digest text) {
    var sql =
        """
        INSERT INTO notice (app, host, repository, number, digest)
        SELECT name, :host, :repository, :number, :digest FROM app
        WHERE name = :app AND NOT EXISTS (SELECT FROM environment WHERE name = :environment)
          AND :most > (SELECT count(*) FROM notice
          WHERE app = :app AND begun_at > now() - interval '10 minutes')
        ON CONFLICT (app, host, repository, number) DO UPDATE SET
          digest = excluded.digest, is_told = false, begun_at = now(), times = notice.times + 1
        WHERE notice.digest <> excluded.digest
            AND notice.begun_at < now() - least(notice.times - 1, 12) * interval '5 minutes'
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
                .bind("environment", environment.value())
                .bind("most", MOST_AT_A_TIME)
                .map((row, context) -> Optional.ofNullable(row.getString("comment")))
                .findOne()
                .<Begun>map(Begun.Now::new)
                .orElseGet(() -> known(db, app, pullRequest, text)));
  }

  private static String host(PullRequestRef pullRequest) {
    return pullRequest.repository().host();
  }

  private static String path(PullRequestRef pullRequest) {
    return pullRequest.repository().path();
  }

  private static Begun known(Handle db, AppName app, PullRequestRef pullRequest, Digest text) {
    var sql = "SELECT digest = ? AND is_told FROM notice WHERE " + ROW;
    var isTold =
        db.select(
                sql,
                text.hex(),
                app.value(),
                host(pullRequest),
                path(pullRequest),
                pullRequest.number())
            .mapTo(Boolean.class)
            .findOne();
    return isTold.orElse(false) ? new Begun.Told() : new Begun.Later();
  }

  @Override
  public void told(AppName app, PullRequestRef pullRequest, Digest text, String comment) {
    jdbi.useHandle(
        db ->
            db.execute(
                "UPDATE notice SET is_told = (digest = ?), comment = ? WHERE " + ROW,
                text.hex(),
                comment,
                app.value(),
                host(pullRequest),
                path(pullRequest),
                pullRequest.number()));
  }

  @Override
  public void forget(AppName app, PullRequestRef pullRequest) {
    jdbi.useHandle(
        db ->
            db.execute(
                "UPDATE notice SET is_told = false, digest = '' WHERE " + ROW,
                app.value(),
                host(pullRequest),
                path(pullRequest),
                pullRequest.number()));
  }
}
