package run.ephemeral.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.Sealed;
import run.ephemeral.core.codehost.AddedCodeHost;
import run.ephemeral.core.codehost.CodeHostKind;
import run.ephemeral.core.codehost.CodeHosts;
import run.ephemeral.core.codehost.Webhooks;

/// Code hosts as rows.
final class PostgresCodeHosts implements CodeHosts {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresCodeHosts.class);

  private final Jdbi jdbi;

  PostgresCodeHosts(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  @Override
  public List<AddedCodeHost> all() {
    return jdbi.withHandle(
        db ->
            db
                .createQuery("SELECT * FROM code_host ORDER BY name")
                .map((row, context) -> codeHost(row))
                .stream()
                .flatMap(Optional::stream)
                .toList());
  }

  private static Optional<AddedCodeHost> codeHost(ResultSet row) throws SQLException {
    try {
      return Optional.of(
          new AddedCodeHost(
              row.getString("name"),
              CodeHostKind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)),
              row.getString("url"),
              new Sealed(row.getString("token")),
              webhooks(row),
              row.getObject("added_at", OffsetDateTime.class).toInstant()));
    } catch (IllegalArgumentException e) {
      LOG.error("code host `{}` is left out: {}", row.getString("name"), e.getMessage());
      return Optional.empty();
    }
  }

  @Override
  public boolean add(AddedCodeHost host) {
    var sql =
        """
        INSERT INTO code_host (name, kind, url, token, hook_url, hook_secret, added_at)
        VALUES (:name, :kind, :url, :token, :hook, :secret, :at)
        ON CONFLICT (name) DO NOTHING
        """;
    return update(sql, host, Map.of()) == 1;
  }

  @Override
  public boolean renew(AddedCodeHost host, Optional<Webhooks> before) {
    var sql =
        """
        UPDATE code_host SET token = :token, hook_url = :hook, hook_secret = :secret
        WHERE name = :name AND kind = :kind AND url = :url
          AND hook_secret IS NOT DISTINCT FROM :before
        """;
    var secret = before.map(it -> it.secret().text());
    return update(sql, host, Map.of("before", secret)) == 1;
  }

  private int update(String sql, AddedCodeHost host, Map<String, ?> more) {
    return jdbi.withHandle(
        db ->
            db.createUpdate(sql)
                .bind("name", host.name())
                .bind("kind", host.kind().name().toLowerCase(Locale.ROOT))
                .bind("url", host.url())
                .bind("token", host.token().text())
                .bind("hook", host.webhooks().map(Webhooks::url).orElse(null))
                .bind("secret", host.webhooks().map(it -> it.secret().text()).orElse(null))
                .bind("at", host.addedAt())
                .bindMap(more)
                .execute());
  }

  private static Optional<Webhooks> webhooks(ResultSet row) throws SQLException {
    var url = row.getString("hook_url");
    var secret = row.getString("hook_secret");
    return url == null || secret == null
        ? Optional.empty()
        : Optional.of(new Webhooks(url, new Sealed(secret)));
  }

  /// The row is locked while apps are counted; [PostgresApps#add] needs it for a new one.
  @Override
  public Use remove(String name) {
    return jdbi.inTransaction(
        db -> {
          db.execute("SELECT FROM code_host WHERE name = ? FOR UPDATE", name);
          var use =
              new Use(
                  count(db, "SELECT count(*) FROM app WHERE host = ?", name),
                  count(db, "SELECT count(DISTINCT environment) FROM report WHERE host = ?", name));
          if (use.isNone()) {
            db.execute("DELETE FROM code_host WHERE name = ?", name);
          }
          return use;
        });
  }

  private static int count(Handle db, String sql, String name) {
    return db.select(sql, name).mapTo(Integer.class).one();
  }
}
