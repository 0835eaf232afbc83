package run.ephemeral.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static run.ephemeral.gateway.Street.API;
import static run.ephemeral.gateway.Street.NOW;
import static run.ephemeral.gateway.Street.SHOP;
import static run.ephemeral.gateway.Street.WEB;
import static run.ephemeral.gateway.Street.notice;
import static run.ephemeral.gateway.Street.portOf;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import run.ephemeral.core.environment.Phase;
import run.ephemeral.core.name.EnvironmentName;

final class RoutingTest {
  private final Street street = new Street();

  @AfterEach
  void close() throws Exception {
    street.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pr-shop-1.localhost",
        "PR-Shop-1.LocalHost",
        "pr-shop-1.localhost.",
        "pr-shop-1.localhost:8080",
        "pr-shop-1.localhost.:8080"
      })
  void theEnvironmentsHostNameLeadsToItsFront(String host) throws Exception {
    street.ready(portOf(street.says("the shop")));
    assertThat(street.get(host).body()).isEqualTo("the shop");
  }

  @Test
  void aServicesHostNameLeadsToIt() throws Exception {
    street.ready(portOf(street.says("the shop")));
    street.gateway.show(SHOP, notice(Phase.READY, "web", "api"));
    street.gateway.route(SHOP, API, portOf(street.says("the api")));
    assertThat(street.get("api--pr-shop-1.localhost").body()).isEqualTo("the api");
    assertThat(street.get("pr-shop-1.localhost").body()).isEqualTo("the shop");
  }

  @Test
  void aServiceThatIsNotPublicIsNotServed() throws Exception {
    street.ready(portOf(street.says("the shop")));
    street.gateway.route(SHOP, API, portOf(street.says("the api")));
    var answer = street.get("api--pr-shop-1.localhost");
    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.body()).contains("public: true").doesNotContain("the api");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "127.0.0.1:80",
        "[::1]:80",
        "pr-shop-2.localhost",
        "a.pr-shop-1.localhost",
        "--pr-shop-1.localhost",
        "pr-shop-1.localhost.example.com",
        "web--.localhost",
        "pr-shop-1",
        "pr-shop-1.localhost..",
        ".pr-shop-1.localhost",
        "xn--pr-shop-1-xyz.localhost",
        "[::ffff:127.0.0.1]",
        "[pr-shop-1.localhost]",
        "pr-shop-1localhost",
        "pr-shop-1.localhost.localhost",
        "web--api--pr-shop-1.localhost",
        ".localhost",
        "."
      })
  void anyOtherHostNameIsNoEnvironment(String host) throws Exception {
    street.ready(portOf(street.says("the shop")));
    var answer = street.get(host);
    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.body()).contains("No such environment");
  }

  @Test
  void aForgottenEnvironmentIsNoEnvironment() throws Exception {
    street.ready(portOf(street.says("the shop")));
    assertThat(street.get("pr-shop-1.localhost").statusCode()).isEqualTo(200);
    street.gateway.forget(SHOP);
    assertThat(street.get("pr-shop-1.localhost").statusCode()).isEqualTo(404);
    assertThat(street.gateway.routed(SHOP, WEB)).isEmpty();
  }

  @Test
  void aPortThatCameBackAsAnothersNeverServesTheOldHostName() throws Exception {
    var port = portOf(street.says("the other shop"));
    street.ready(port);
    var other = new EnvironmentName("pr-other-7");
    street.gateway.show(other, notice(Phase.READY, "web"));
    street.gateway.route(other, WEB, port);
    street.gateway.show(SHOP, notice(Phase.FAILING, "web"));
    assertThat(street.get("pr-shop-1.localhost").statusCode()).isEqualTo(502);
    assertThat(street.get("pr-other-7.localhost").body()).isEqualTo("the other shop");
    assertThat(street.gateway.routed(SHOP, WEB)).isEmpty();
  }

  @Test
  void aKeptConnectionNeverLeadsToWhoGotThePortOfARemovedEnvironment() throws Exception {
    int port = portOf(street.says("whoever listens"));
    street.ready(port);
    var inside = Wire.to(street.gateway.address(SHOP, WEB, 0));
    try (inside) {
      var wire = street.wire();
      for (var one : new Wire[] {wire, inside}) {
        assertThat(asks(one, "pr-shop-1.localhost")).isEqualTo("200");
      }
      street.gateway.forget(SHOP);
      var other = new EnvironmentName("pr-other-7");
      street.gateway.show(other, notice(Phase.READY, "web"));
      street.gateway.route(other, WEB, port);
      for (var one : new Wire[] {wire, inside}) {
        assertThat(asks(one, "pr-shop-1.localhost")).isEqualTo("404");
      }
      assertThat(asks(wire, "pr-other-7.localhost")).isEqualTo("200");
      assertThat(asks(inside, "pr-other-7.localhost")).isEqualTo("404");
      street.ready(portOf(street.says("the shop again")));
      assertThat(street.get("pr-shop-1.localhost").body()).isEqualTo("the shop again");
    }
  }

  private static String asks(Wire wire, String host) throws Exception {
    var head = wire.send("GET / HTTP/1.1|Host: " + host + "||").head();
    var length = head.toLowerCase(Locale.ROOT).split("content-length: ", 2)[1];
    wire.take(Integer.parseInt(length.substring(0, length.indexOf('\r'))));
    return head.substring(9, 12);
  }

  @Test
  void theAddressesArePrintedAsPeopleTypeThem() {
    int port = street.gateway.port();
    assertThat(street.gateway.domain().url(SHOP)).isEqualTo("http://pr-shop-1.localhost:" + port);
    assertThat(street.gateway.domain().url(SHOP, API))
        .isEqualTo("http://api--pr-shop-1.localhost:" + port);
  }

  @Test
  void whenItWasLastUsedIsWhenTheLastVisitorCame() throws Exception {
    street.ready(portOf(street.says("the shop")));
    assertThat(street.gateway.lastUsed(SHOP)).isEmpty();
    street.get("pr-shop-1.localhost");
    assertThat(street.gateway.lastUsed(SHOP)).contains(NOW);
  }

  @Test
  void aPortThatIsTakenIsNamed() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
        var gateway = new Gateway(GatewayConfig.local(taken.getLocalPort()), _ -> {})) {
      assertThatThrownBy(gateway::start).hasMessageContaining("port " + taken.getLocalPort());
    }
  }

  @Test
  void browsersThatTryTheNewInternetFirstFindItToo() throws Exception {
    var six =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .anyMatch(address -> address instanceof Inet6Address && address.isLoopbackAddress());
    if (six) {
      try (var socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.ofLiteral("::1"), street.gateway.port()));
        assertThat(socket.isConnected()).isTrue();
      }
    }
  }

  @Test
  void theInternalAddressStaysWhileWhatIsBehindItChanges() throws Exception {
    street.gateway.show(SHOP, notice(Phase.READY, "web"));
    street.gateway.route(SHOP, API, portOf(street.says("old")));
    int port = street.gateway.address(SHOP, API, 0);
    assertThat(internal(port)).endsWith("old");
    street.gateway.route(SHOP, API, portOf(street.says("new")));
    assertThat(street.gateway.address(SHOP, API, 0)).isEqualTo(port);
    assertThat(street.gateway.address(SHOP, API, port)).isEqualTo(port);
    assertThat(internal(port)).endsWith("new");
    assertThat(street.gateway.lastUsed(SHOP)).isEmpty();
  }

  @Test
  void theInternalAddressIsTheOneItHadBeforeUnlessAStrangerHasIt() throws Exception {
    int port = street.gateway.address(SHOP, API, 0);
    street.gateway.forget(SHOP);
    assertThat(street.gateway.address(SHOP, API, port)).isEqualTo(port);
    street.gateway.forget(SHOP);
    try (var stranger = new ServerSocket(port, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      assertThat(street.gateway.address(SHOP, API, stranger.getLocalPort())).isNotEqualTo(port);
    }
  }

  @Test
  void hundredsOfInternalAddressesAreNothingSpecial() throws Exception {
    int shop = portOf(street.says("the shop"));
    int last = 0;
    for (int i = 0; i < 300; i++) {
      var environment = new EnvironmentName("pr-shop-" + (i + 10));
      last = street.gateway.address(environment, WEB, 0);
      street.gateway.route(environment, WEB, shop);
    }
    assertThat(internal(last)).endsWith("the shop");
  }

  private static String internal(int port) throws Exception {
    try (var wire = Wire.to(port)) {
      return wire.send("GET / HTTP/1.1|Host: whatever:99|Connection: close||").rest();
    }
  }
}
