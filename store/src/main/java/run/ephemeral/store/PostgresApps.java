package run.ephemeral.store;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.app.App;
import run.ephemeral.core.app.Apps;
import run.ephemeral.core.name.ClusterSelector;
import run.ephemeral.core.pullrequest.Approval;
import run.ephemeral.core.pullrequest.PullRequest;
import run.ephemeral.core.pullrequest.PullRequestRef;
import run.ephemeral.core.pullrequest.RepositoryName;
import run.ephemeral.core.spec.AppName;

/// Apps and their pull requests as rows.
final class PostgresApps implements Apps {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresApps.class);

  private final Jdbi jdbi;
  private final Set<String> unreadable = ConcurrentHashMap.newKeySet();

  PostgresApps(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  @Override
  public List<App> all() {
    return jdbi.withHandle(
        db ->
            db.createQuery("SELECT * FROM app ORDER BY added_at, name").map(this::app).stream()
                .flatMap(Optional::stream)
                .toList());
  }

  @Override
  public Optional<App> find(AppName name) {
    return jdbi.withHandle(
        db ->
            db.createQuery("SELECT * FROM app WHERE name = :name")
                .bind("name", name.value())
                .map(this::app)
                .findOne()
                .flatMap(found -> found));
  }

  /// An unreadable row, such as one of another version, is skipped, so that it does not block the
  /// others. The app's environments have rows of their own.
  private Optional<App> app(ResultSet row, StatementContext context) throws SQLException {
    var name = row.getString("name");
    try {
      return Optional.of(
          new App(
              new AppName(name),
              row.getString("label"),
              new RepositoryName(row.getString("host"), row.getString("repository")),
              row.getString("source"),
              row.getString("default_branch"),
              row.getObject("added_at", OffsetDateTime.class).toInstant(),
              Optional.ofNullable(row.getString("problem")),
              Optional.ofNullable(row.getString("cluster")).map(ClusterSelector::parse)));
    } catch (IllegalArgumentException e) {
      if (unreadable.add(name)) {
        LOG.warn(
            "app `{}` is not followed, since its row cannot be read: {}", name, e.getMessage());
      }
      return Optional.empty();
    }
  }

  @Override
  public boolean add(App app) {
    var sql =
        """
        INSERT INTO app
          (name, label, host, repository, source, default_branch, added_at, cluster)
        SELECT :name, :label, :host, :repository, :source, :branch, :at, :cluster
        WHERE :host = 'git' OR EXISTS (SELECT FROM code_host WHERE name = :host FOR KEY SHARE)
        ON CONFLICT DO NOTHING
        """;
    return jdbi.withHandle(
        db ->
            db.createUpdate(sql)
                    .bind("name", app.name().value())
                    .bind("label", app.label())
                    .bind("host", app.repository().host())
                    .bind("repository", app.repository().path())
                    .bind("source", app.source())
                    .bind("branch", app.defaultBranch())
                    .bind("at", app.addedAt())
                    .bind("cluster", app.cluster().map(ClusterSelector::toString).orElse(null))
                    .execute()
                == 1);
  }

  @Override
  public void remove(AppName name) {
    jdbi.useHandle(db -> db.execute("DELETE FROM app WHERE name = ?", name.value()));
  }

  @Override
  public void saw(AppName app, String defaultBranch, List<PullRequest> open) {
    jdbi.useTransaction(
        db -> {
          var known =
              db.execute(
                  "UPDATE app SET default_branch = ?, problem = NULL WHERE name = ?",
                  defaultBranch,
                  app.value());
          if (known == 0) {
            return;
          }
          db.execute("DELETE FROM pull_request WHERE app = ?", app.value());
          var insert =
              db.prepareBatch(
                  """
                  INSERT INTO pull_request
                    (app, host, repository, number, head, branch, base, title, author, labels,
                     draft, fork, approved, approved_by)
                  VALUES
                    (:app, :host, :repository, :number, :head, :branch, :base, :title, :author,
                     :labels, :draft, :fork, :approved, :by)
                  """);
          open.forEach(pullRequest -> PullRequestRow.bind(insert, app, pullRequest).add());
          insert.execute();
        });
  }

  @Override
  public void trouble(AppName app, Optional<String> problem) {
    var sql = "UPDATE app SET problem = ? WHERE name = ? AND problem IS DISTINCT FROM ?";
    var text = problem.orElse(null);
    jdbi.useHandle(db -> db.execute(sql, text, app.value(), text));
  }

  @Override
  public List<PullRequest> pullRequests(AppName app) {
    return jdbi.withHandle(
        db ->
            db.createQuery(
                    "SELECT * FROM pull_request WHERE app = :app ORDER BY number, repository")
                .bind("app", app.value())
                .map((row, context) -> PullRequestRow.read(row))
                .list());
  }

  @Override
  public void dismiss(AppName app, PullRequestRef pullRequest, String commit) {
    var sql =
        """
        INSERT INTO dismissal (app, host, repository, number, head)
        SELECT name, ?, ?, ?, ? FROM app WHERE name = ?
        ON CONFLICT (app, host, repository, number) DO UPDATE SET head = excluded.head
        """;
    var repository = pullRequest.repository();
    jdbi.useHandle(
        db ->
            db.execute(
                sql,
                repository.host(),
                repository.path(),
                pullRequest.number(),
                commit,
                app.value()));
  }

  @Override
  public Map<PullRequestRef, String> dismissed(AppName app) {
    var heads = new HashMap<PullRequestRef, String>();
    jdbi.useHandle(
        db ->
            db.createQuery("SELECT * FROM dismissal WHERE app = :app")
                .bind("app", app.value())
                .map((row, context) -> Map.entry(PullRequestRow.ref(row), row.getString("head")))
                .forEach(entry -> heads.put(entry.getKey(), entry.getValue())));
    return heads;
  }

  @Override
  public void readmit(AppName app, PullRequestRef pullRequest) {
    var sql = "DELETE FROM dismissal WHERE app = ? AND host = ? AND repository = ? AND number = ?";
    var repository = pullRequest.repository();
    jdbi.useHandle(
        db ->
            db.execute(
                sql, app.value(), repository.host(), repository.path(), pullRequest.number()));
  }

  @Override
  public void approve(AppName app, PullRequestRef pullRequest, Approval approval) {
    var sql =
        """
        INSERT INTO approval (app, host, repository, number, head, base, approved_by)
        SELECT name, ?, ?, ?, ?, ?, ? FROM app WHERE name = ?
        ON CONFLICT DO NOTHING
        """;
    var repository = pullRequest.repository();
    jdbi.useHandle(
        db ->
            db.execute(
                sql,
                repository.host(),
                repository.path(),
                pullRequest.number(),
                approval.commit(),
                approval.base(),
                approval.by(),
                app.value()));
  }

  @Override
  public Map<PullRequestRef, List<Approval>> approvals(AppName app) {
    return jdbi.withHandle(
        db ->
            db
                .createQuery("SELECT * FROM approval WHERE app = :app")
                .bind("app", app.value())
                .map((row, context) -> Map.entry(PullRequestRow.ref(row), approval(row)))
                .stream()
                .collect(groupingBy(Map.Entry::getKey, mapping(Map.Entry::getValue, toList()))));
  }

  private static Approval approval(ResultSet row) throws SQLException {
    return new Approval(row.getString("head"), row.getString("base"), row.getString("approved_by"));
  }
}
