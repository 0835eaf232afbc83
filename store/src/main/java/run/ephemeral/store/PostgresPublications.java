package run.ephemeral.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Jdbi;
import run.ephemeral.core.Digest;
import run.ephemeral.core.codehost.Publications;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.pullrequest.PullRequestRef;
import run.ephemeral.core.pullrequest.RepositoryName;

/// Publications as rows.
final class PostgresPublications implements Publications {
  private final Jdbi jdbi;

  PostgresPublications(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  @Override
  public List<Publication> of(EnvironmentId environment) {
    var sql = "SELECT * FROM report WHERE environment = ? ORDER BY host, repository, number";
    return jdbi.withHandle(
        db -> db.select(sql, environment.value()).map((row, context) -> publication(row)).list());
  }

  private static Publication publication(ResultSet row) throws SQLException {
    var repository = new RepositoryName(row.getString("host"), row.getString("repository"));
    return new Publication(
        new PullRequestRef(repository, row.getInt("number")),
        Optional.ofNullable(row.getString("comment")),
        digest(row, "text"),
        digest(row, "statuses"),
        digest(row, "deployment"),
        digest(row, "digest"),
        Set.of((String[]) row.getArray("reminders").getArray()),
        row.getObject("at", OffsetDateTime.class).toInstant());
  }

  private static Optional<Digest> digest(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getString(column)).map(Digest::new);
  }

  @Override
  public void doubt(EnvironmentId environment) {
    var sql =
        """
        UPDATE report SET text = NULL, statuses = NULL, deployment = NULL, digest = NULL
        WHERE environment = ?
        """;
    jdbi.useHandle(db -> db.execute(sql, environment.value()));
  }

  @Override
  public boolean record(EnvironmentId environment, long lease, Publication publication) {
    var sql =
        """
        INSERT INTO report
          (environment, host, repository, number, comment, text, statuses,
             deployment, digest, reminders, at)
        SELECT id, :host, :repository, :number, :comment, :text, :statuses, :deployment,
          :digest, :reminders, :at
        FROM environment WHERE id = :environment AND lease_token = :lease
        ON CONFLICT (environment, host, repository, number) DO UPDATE SET
          comment = :comment, text = :text, statuses = :statuses, deployment = :deployment,
          digest = :digest, reminders = :reminders, at = :at
        """;
    var ref = publication.pullRequest();
    return jdbi.withHandle(
        db ->
            db.createUpdate(sql)
                    .bind("environment", environment.value())
                    .bind("lease", lease)
                    .bind("host", ref.repository().host())
                    .bind("repository", ref.repository().path())
                    .bind("number", ref.number())
                    .bind("comment", publication.comment().orElse(null))
                    .bind("text", publication.text().map(Digest::hex).orElse(null))
                    .bind("statuses", publication.statuses().map(Digest::hex).orElse(null))
                    .bindArray("reminders", String.class, publication.reminders().toArray())
                    .bind("deployment", publication.deployment().map(Digest::hex).orElse(null))
                    .bind("digest", publication.whole().map(Digest::hex).orElse(null))
                    .bind("at", publication.at())
                    .execute()
                == 1);
  }
}
