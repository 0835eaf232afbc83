package run.ephemeral.store;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import run.ephemeral.core.codehost.Deliveries;
import run.ephemeral.core.spec.AppName;

/// Deliveries as rows.
final class PostgresDeliveries implements Deliveries {
  private static final int MOST_DELETED = 1000;

  private final Jdbi jdbi;

  PostgresDeliveries(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  @Override
  public void receive(List<Delivery> deliveries) {
    jdbi.useTransaction(
        db -> {
          var stored = store(db, deliveries);
          deliveries.stream()
              .filter(each -> stored.contains(List.of(each.host(), each.id())))
              .forEach(
                  each ->
                      each.asked()
                          .forEach(
                              (app, all) ->
                                  all.forEach(
                                      asked -> PostgresCommentCommands.ask(db, app, asked))));
          var apps = changed(deliveries, stored);
          if (!apps.isEmpty()) {
            notify(db, apps);
          }
        });
  }

  /// @return the hosts and ids of those that are new
  private static Set<List<String>> store(Handle db, List<Delivery> deliveries) {
    var sql =
        """
        INSERT INTO delivery (host, id, body)
        SELECT name, id, body
        FROM unnest(:hosts, :ids, :bodies) WITH ORDINALITY AS came (host, id, body, place)
          JOIN code_host ON code_host.name = came.host
        ORDER BY host, id, place
        ON CONFLICT DO NOTHING
        RETURNING host, id
        """;
    return db.createQuery(sql)
        .bindArray("hosts", String.class, column(deliveries, Delivery::host))
        .bindArray("ids", String.class, column(deliveries, Delivery::id))
        .bindArray("bodies", String.class, column(deliveries, it -> it.body().hex()))
        .map((row, _) -> List.of(row.getString(1), row.getString(2)))
        .set();
  }

  private static Object[] column(List<Delivery> deliveries, Function<Delivery, String> value) {
    return deliveries.stream().map(value).toArray(String[]::new);
  }

  private static Set<String> changed(List<Delivery> deliveries, Set<List<String>> stored) {
    return deliveries.stream()
        .filter(delivery -> stored.contains(List.of(delivery.host(), delivery.id())))
        .flatMap(delivery -> delivery.apps().stream())
        .map(AppName::value)
        .collect(Collectors.toSet());
  }

  private static void notify(Handle db, Set<String> apps) {
    db.createQuery("SELECT pg_notify('ephemeral_repository', app) FROM unnest(:apps) AS app")
        .bindArray("apps", String.class, apps.toArray())
        .mapTo(String.class)
        .list();
  }

  @Override
  public boolean deleteOld() {
    var sql =
        """
        DELETE FROM delivery WHERE ctid IN (
          SELECT ctid FROM delivery WHERE received_at < now() - interval '7 days' LIMIT ?
          FOR UPDATE SKIP LOCKED)
        """;
    return jdbi.withHandle(db -> db.execute(sql, MOST_DELETED)) == MOST_DELETED;
  }

  @Override
  public Optional<Instant> last(String host) {
    return jdbi.withHandle(
        db ->
            db.select("SELECT max(received_at) FROM delivery WHERE host = ?", host)
                .mapTo(OffsetDateTime.class)
                .findOne()
                .map(OffsetDateTime::toInstant));
  }
}
