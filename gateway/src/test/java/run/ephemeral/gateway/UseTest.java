package run.ephemeral.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static run.ephemeral.gateway.Street.API;
import static run.ephemeral.gateway.Street.NOW;
import static run.ephemeral.gateway.Street.SHOP;
import static run.ephemeral.gateway.Street.WEB;
import static run.ephemeral.gateway.Street.notice;
import static run.ephemeral.gateway.Street.portOf;
import static run.ephemeral.testkit.Eventually.eventually;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import run.ephemeral.core.environment.Phase;

/// What keeps an environment awake: visitors, as long as they are connected, and nothing else.
final class UseTest {
  private static final String HOST = "pr-shop-1.localhost";
  private static final String SOCKET = "Connection: Upgrade|Upgrade: websocket||";
  private static final String SWITCH =
      "HTTP/1.1 101 Switching Protocols|Connection: upgrade|Upgrade: websocket||";
  private static final String EVENTS =
      "HTTP/1.1 200 OK|Content-Type: text/event-stream||data: 1\n\n";
  private static final String HALF = "HTTP/1.1 200 OK|Content-Length: 10||half";

  private final Street street = new Street();
  private final CountDownLatch arrived = new CountDownLatch(1);

  @AfterEach
  void close() throws Exception {
    street.close();
  }

  private static String get(String host) {
    return "GET / HTTP/1.1|Host: " + host + "|" + SOCKET;
  }

  private void serves(String answer) throws IOException {
    street.serveWire(
        wire -> {
          wire.head();
          wire.send(answer);
          arrived.countDown();
          wire.rest();
        });
  }

  /// @return the new time
  private Instant anHourLater() {
    street.now = street.now.plus(Duration.ofHours(1));
    return street.now;
  }

  @ParameterizedTest
  @ValueSource(strings = {SWITCH, EVENTS, HALF})
  void whatIsOpenIsUseUntilItIsClosed(String answer) throws Exception {
    serves(answer);
    var wire = street.wire().send(get(HOST));
    wire.head();
    var later = anHourLater();
    assertThat(street.gateway.lastUsed(SHOP)).as("while it is open").contains(later);
    var closed = anHourLater();
    wire.close();
    street.gateway.drain(street.gateway.routed(SHOP, WEB).orElseThrow(), Duration.ofSeconds(10));
    eventually(
        "nobody is there",
        () -> {
          anHourLater();
          return !street.gateway.lastUsed(SHOP).orElseThrow().equals(street.now);
        });
    assertThat(street.gateway.lastUsed(SHOP).orElseThrow()).isAfterOrEqualTo(closed);
  }

  @ParameterizedTest
  @ValueSource(strings = {SWITCH, EVENTS, HALF})
  void whatIsOpenToAReplacedProcessIsUse(String answer) throws Exception {
    serves(answer);
    var wire = street.wire().send(get(HOST));
    wire.head();
    street.gateway.route(SHOP, WEB, portOf(street.says("new")));
    assertThat(street.gateway.lastUsed(SHOP)).contains(NOW);
    var later = anHourLater();
    assertThat(street.gateway.lastUsed(SHOP)).contains(later);
  }

  @ParameterizedTest
  @ValueSource(strings = {SWITCH, EVENTS, HALF})
  void whatAServiceKeepsOpenToItsNeighbourIsNone(String answer) throws Exception {
    serves(answer);
    int internal = street.gateway.address(SHOP, WEB, 0);
    try (var wire = Wire.to(internal)) {
      wire.send(get("web"));
      wire.head();
      assertThat(street.gateway.lastUsed(SHOP)).isEmpty();
    }
  }

  @Test
  void whatAServiceWaitsForIsNone() throws Exception {
    street.gateway.show(SHOP, notice(Phase.WAKING, "web"));
    try (var wire = Wire.to(street.gateway.address(SHOP, API, 0))) {
      wire.send("GET / HTTP/1.1|Host: api||");
      eventually("it waits", () -> street.gateway.held() == 1);
      assertThat(street.gateway.lastUsed(SHOP)).isEmpty();
    }
  }

  @Test
  void whoWaitsUsesIt() throws Exception {
    street.gateway.show(SHOP, notice(Phase.WAKING, "web"));
    street.wire().send("GET / HTTP/1.1|Host: " + HOST + "||");
    eventually("it waits", () -> street.gateway.held() == 1);
    var later = anHourLater();
    assertThat(street.gateway.lastUsed(SHOP)).contains(later);
  }
}
