package run.ephemeral.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import run.ephemeral.core.Digest;
import run.ephemeral.core.Sealed;
import run.ephemeral.core.app.App;
import run.ephemeral.core.codehost.AddedCodeHost;
import run.ephemeral.core.codehost.CodeHostKind;
import run.ephemeral.core.codehost.CodeHosts;
import run.ephemeral.core.codehost.CodeHosts.Use;
import run.ephemeral.core.codehost.Deliveries.Delivery;
import run.ephemeral.core.codehost.Webhooks;
import run.ephemeral.core.pullrequest.RepositoryName;
import run.ephemeral.core.spec.AppName;
import run.ephemeral.testkit.TestPostgres;

class PostgresCodeHostsTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final String NAME = "gitea.example.com:3000";
  private static final AddedCodeHost HOST =
      new AddedCodeHost(
          NAME, CodeHostKind.GITEA, "https://gitea.example.com:3000", new Sealed("x"), NOW);
  private static final App SHOP =
      new App(
          new AppName("shop"),
          "shop",
          new RepositoryName(NAME, "acme/shop"),
          "https://gitea.example.com:3000/acme/shop",
          "",
          NOW,
          Optional.empty(),
          Optional.empty());

  private final String database = TestPostgres.database();
  private PostgresStore store;
  private CodeHosts hosts;

  @BeforeEach
  void open() {
    var server = TestPostgres.server();
    store = PostgresStore.open(database, server.user(), server.password());
    hosts = store.codeHosts();
  }

  @AfterEach
  void close() {
    store.close();
  }

  private static AddedCodeHost renewed(String url) {
    return new AddedCodeHost(NAME, CodeHostKind.GITEA, url, new Sealed("y"), NOW);
  }

  @Test
  void itsWebhooksAreKeptAndReplaced() {
    hosts.add(HOST);
    var hook = Optional.of(new Webhooks("https://ephemeral.example.com", new Sealed("s")));
    var told = new AddedCodeHost(NAME, CodeHostKind.GITEA, HOST.url(), new Sealed("y"), hook, NOW);
    assertThat(hosts.renew(told, Optional.empty())).isTrue();
    // Somebody else did it meanwhile, whose webhooks would be lost.
    assertThat(hosts.renew(told, Optional.empty())).isFalse();
    assertThat(hosts.renew(told, told.webhooks())).isTrue();
    assertThat(hosts.all()).containsExactly(told);
  }

  private static Delivery delivery(String id, String body) {
    return new Delivery(NAME, id, Digest.of(body), Set.of(), Map.of());
  }

  private long stored() {
    var server = TestPostgres.server();
    try (var connection = DriverManager.getConnection(database, server.user(), server.password());
        var rows = connection.createStatement().executeQuery("SELECT count(*) FROM delivery")) {
      rows.next();
      return rows.getLong(1);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aDeliveryIsTakenOnceByItsIdAndByItsBody() {
    var deliveries = store.deliveries();
    deliveries.receive(List.of(delivery("1", "a")));
    assertThat(deliveries.last(NAME)).as("of an unknown host").isEmpty();
    hosts.add(HOST);
    deliveries.receive(List.of(delivery("1", "a"), delivery("1", "b"), delivery("2", "a")));
    deliveries.receive(List.of(delivery("1", "c"), delivery("3", "a")));
    assertThat(stored()).isEqualTo(1);
    deliveries.receive(List.of(delivery("2", "b"), delivery("3", "c")));
    assertThat(stored()).isEqualTo(3);
    assertThat(deliveries.last(NAME)).isPresent();
    deliveries.deleteOld();
    assertThat(stored()).isEqualTo(3);
    hosts.remove(NAME);
    assertThat(deliveries.last(NAME)).isEmpty();
  }

  @Test
  void oneIsAddedOnceAndItsTokenIsReplaced() {
    assertThat(hosts.renew(renewed("https://gitea.example.com:3000"), Optional.empty())).isFalse();
    assertThat(hosts.add(HOST)).isTrue();
    assertThat(hosts.add(HOST)).isFalse();
    assertThat(hosts.all()).containsExactly(HOST);
    assertThat(hosts.renew(renewed("http://gitea.example.com:3000"), Optional.empty())).isFalse();
    assertThat(hosts.renew(renewed(HOST.url()), Optional.empty())).isTrue();
    assertThat(hosts.all()).extracting(AddedCodeHost::token).containsExactly(new Sealed("y"));
  }

  @Test
  void oneWithAppsStaysAndAnAppNeedsItsHost() {
    assertThat(store.apps().add(SHOP)).isFalse();
    assertThat(hosts.add(HOST)).isTrue();
    assertThat(store.apps().add(SHOP)).isTrue();
    assertThat(store.apps().all()).containsExactly(SHOP);
    assertThat(hosts.remove(NAME)).isEqualTo(new Use(1, 0));
    assertThat(hosts.all()).hasSize(1);
    store.apps().remove(SHOP.name());
    assertThat(hosts.remove(NAME).isNone()).isTrue();
    assertThat(hosts.all()).isEmpty();
  }
}
