package run.ephemeral.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import run.ephemeral.core.codehost.CommentCommands;
import run.ephemeral.core.pullrequest.PullRequestRef;
import run.ephemeral.core.pullrequest.RepositoryName;
import run.ephemeral.core.spec.AppName;

/// Commands of comments as rows. Rows that were told are kept while their comments may be read
/// again.
final class PostgresCommentCommands implements CommentCommands {
  private static final Duration KEPT = Duration.ofDays(1);

  /// How long nobody else tries to tell an outcome.
  private static final String TELLING = "interval '2 minutes'";

  private final Jdbi jdbi;

  PostgresCommentCommands(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  @Override
  public Optional<Instant> readUntil(AppName app) {
    return jdbi.withHandle(
        db ->
            db.select("SELECT comments_at FROM app WHERE name = ?", app.value())
                .mapTo(OffsetDateTime.class)
                .findOne()
                .map(OffsetDateTime::toInstant));
  }

  @Override
  public void received(AppName app, List<Received> comments, Instant until) {
    jdbi.useTransaction(
        db -> {
          var sql = "UPDATE app SET comments_at = :until WHERE name = :app";
          var known = db.createUpdate(sql).bind("until", until).bind("app", app.value()).execute();
          if (known == 1) {
            comments.forEach(each -> ask(db, app, each));
            db.execute(
                "DELETE FROM comment_command WHERE app = ? AND state = 'told' AND written_at < ?",
                app.value(),
                until.minus(KEPT).atOffset(ZoneOffset.UTC));
          }
        });
  }

  /// Does nothing when the app is gone.
  static void ask(Handle db, AppName app, Received received) {
    var sql =
        """
        INSERT INTO comment_command (app, comment, host, repository, number, author, commands,
          written_at)
        SELECT name, :comment, :host, :repository, :number, :author, :commands, :at
        FROM app WHERE name = :app
        ON CONFLICT (app, comment) DO NOTHING
        """;
    var ref = received.pullRequest();
    db.createUpdate(sql)
        .bind("app", app.value())
        .bind("comment", received.comment())
        .bind("host", ref.repository().host())
        .bind("repository", ref.repository().path())
        .bind("number", ref.number())
        .bind("author", received.author())
        .bind("commands", String.join("\n", received.commands()))
        .bind("at", received.at())
        .execute();
  }

  @Override
  public List<Open> open(AppName app) {
    var sql =
        "SELECT * FROM comment_command WHERE app = ? AND state <> 'told'"
            + " ORDER BY received_at, length(comment), comment";
    return jdbi.withHandle(
        db -> db.select(sql, app.value()).map((row, context) -> open(row)).list());
  }

  private static Open open(ResultSet row) throws SQLException {
    var repository = new RepositoryName(row.getString("host"), row.getString("repository"));
    return new Open(
        new Received(
            new PullRequestRef(repository, row.getInt("number")),
            row.getString("comment"),
            row.getString("author"),
            row.getString("commands").lines().toList(),
            row.getObject("written_at", OffsetDateTime.class).toInstant()),
        State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
        Optional.ofNullable(row.getString("answer")),
        row.getInt("tries"));
  }

  @Override
  public boolean begin(AppName app, String comment) {
    var sql =
        "UPDATE comment_command SET state = 'begun', begun_at = now()"
            + " WHERE app = ? AND comment = ? AND state = 'received'";
    return update(sql, app.value(), comment) == 1;
  }

  @Override
  public boolean done(AppName app, String comment, Optional<String> answer) {
    var sql =
        "UPDATE comment_command SET state = 'done', answer = ?, tell_at = now() + %s"
                .formatted(TELLING)
            + " WHERE app = ? AND comment = ? AND state = 'begun'";
    return update(sql, answer.orElse(""), app.value(), comment) == 1;
  }

  @Override
  public boolean beginTelling(AppName app, String comment) {
    var sql =
        "UPDATE comment_command SET tell_at = now() + %s".formatted(TELLING)
            + " WHERE app = ? AND comment = ? AND state = 'done' AND tell_at <= now()";
    return update(sql, app.value(), comment) == 1;
  }

  @Override
  public void giveUp(AppName app, Duration after, String answer) {
    var sql =
        "UPDATE comment_command SET state = 'done', answer = ?, tell_at = now()"
            + " WHERE app = ? AND state = 'begun' AND begun_at < now() - ? * interval '1 second'";
    update(sql, answer, app.value(), after.toSeconds());
  }

  @Override
  public void notTold(AppName app, String comment) {
    update(
        "UPDATE comment_command SET tries = tries + 1, tell_at = now()"
            + " WHERE app = ? AND comment = ?",
        app.value(),
        comment);
  }

  @Override
  public void told(AppName app, String comment) {
    update(
        "UPDATE comment_command SET state = 'told' WHERE app = ? AND comment = ?",
        app.value(),
        comment);
  }

  private int update(String sql, Object... values) {
    return jdbi.withHandle(db -> db.execute(sql, values));
  }
}
