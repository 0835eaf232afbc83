package run.ephemeral.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import run.ephemeral.core.Digest;
import run.ephemeral.core.Sealed;
import run.ephemeral.core.app.App;
import run.ephemeral.core.codehost.AddedCodeHost;
import run.ephemeral.core.codehost.CodeHostKind;
import run.ephemeral.core.codehost.CodeHosts;
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

  private PostgresStore store;
  private CodeHosts hosts;

  @BeforeEach
  void open() {
    var server = TestPostgres.server();
    store = PostgresStore.open(TestPostgres.database(), server.user(), server.password());
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

  @Test
  void aDeliveryIsTakenOnceByItsIdAndByItsBody() {
    var deliveries = store.deliveries();
    assertThat(deliveries.receive(NAME, "1", Digest.of("a"))).as("an unknown host").isFalse();
    hosts.add(HOST);
    assertThat(deliveries.last(NAME)).isEmpty();
    assertThat(deliveries.receive(NAME, "1", Digest.of("a"))).isTrue();
    assertThat(deliveries.receive(NAME, "1", Digest.of("b"))).as("the same id").isFalse();
    assertThat(deliveries.receive(NAME, "2", Digest.of("a"))).as("the same body").isFalse();
    assertThat(deliveries.receive(NAME, "2", Digest.of("b"))).isTrue();
    assertThat(deliveries.last(NAME)).isPresent();
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
    assertThat(hosts.remove(NAME)).isEqualTo(1);
    assertThat(hosts.all()).hasSize(1);
    store.apps().remove(SHOP.name());
    assertThat(hosts.remove(NAME)).isZero();
    assertThat(hosts.all()).isEmpty();
  }
}
