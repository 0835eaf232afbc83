package run.ephemeral.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static run.ephemeral.gateway.Street.API;
import static run.ephemeral.gateway.Street.SHOP;
import static run.ephemeral.gateway.Street.WEB;
import static run.ephemeral.gateway.Street.notice;
import static run.ephemeral.gateway.Street.portOf;
import static run.ephemeral.testkit.Eventually.eventually;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import run.ephemeral.core.environment.Phase;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.spec.ComponentName;

/// A service that forwards requests to the address they came by harms only itself.
final class LoopTest {
  private static final String HOST = "pr-shop-1.localhost";
  private static final EnvironmentName OTHER = new EnvironmentName("pr-shop-2");
  private static final int SHARE = 50;

  private Street street = new Street();
  private final AtomicInteger served = new AtomicInteger();

  @AfterEach
  void close() throws Exception {
    street.close();
  }

  /// Forwards every request to a port, and returns the answer.
  ///
  /// @param headers whether the request's headers are forwarded, too
  private int proxy(int port, boolean headers) throws IOException {
    return street
        .wire(
            wire -> {
              var head = wire.head();
              served.incrementAndGet();
              try (var next = Wire.to(port)) {
                next.raw(headers ? head : "GET / HTTP/1.1\r\nHost: " + HOST + "\r\n\r\n");
                var answer = next.head();
                wire.raw(answer).raw(next.take(length(answer)));
              }
            })
        .port();
  }

  private static int length(String head) {
    var length = Pattern.compile("(?i)content-length: (\\d+)").matcher(head);
    return length.find() ? Integer.parseInt(length.group(1)) : 0;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aRequestThatGoesInCirclesIsToldSoAfterAFewPasses(boolean outside) throws Exception {
    street.ready(proxy(street.gateway.port(), true));
    int entrance = street.gateway.port();
    if (!outside) {
      entrance = street.gateway.address(SHOP, WEB, 0);
      street.gateway.route(SHOP, WEB, proxy(entrance, true));
    }
    try (var wire = Wire.to(entrance)) {
      var answer = wire.send("GET / HTTP/1.1|Host: " + HOST + "|Connection: close||").rest();
      assertThat(answer)
          .startsWith("HTTP/1.1 508 Loop Detected")
          .contains("10 times", "web", "Host header", "${api.url}");
    }
    assertThat(served).hasValue(10);
  }

  @Test
  void aFewPassesAreNoLoop() throws Exception {
    int last = portOf(street.says("there"));
    street.gateway.route(SHOP, API, last);
    int port = street.gateway.address(SHOP, API, 0);
    for (int i = 0; i < 5; i++) {
      var name = new ComponentName("hop" + i);
      street.gateway.route(SHOP, name, proxy(port, true));
      port = street.gateway.address(SHOP, name, 0);
    }
    street.ready(proxy(port, true));
    var wire = street.wire().send("GET / HTTP/1.1|Host: " + HOST + "|Connection: close||");
    assertThat(wire.rest()).startsWith("HTTP/1.1 200 ").endsWith("there");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "''#ephemeral.run",
        "CDN-Loop: other.example|#other.example, ephemeral.run",
        "CDN-Loop: a; v=\"1\", b:80|CDN-Loop: c|#a; v=\"1\", b:80, c, ephemeral.run",
        "CDN-Loop: EPHEMERAL.RUN; x=y,ephemeral.running|#EPHEMERAL.RUN; x=y,ephemeral.running,"
            + " ephemeral.run",
      })
  void eachPassIsWrittenBehindThoseOfOthers(String before, String after) throws Exception {
    var seen = new LinkedBlockingQueue<String>();
    street.serveWire(
        wire -> {
          seen.add(wire.head());
          wire.send("HTTP/1.1 200 OK|Content-Length: 0||");
        });
    street.wire().send("GET / HTTP/1.1|Host: " + HOST + "|" + before + "|").head();
    assertThat(seen.take().lines().filter(line -> line.startsWith("cdn-loop:")).toList())
        .containsExactly("cdn-loop: " + after);
  }

  @Test
  void aServiceThatCallsItselfWithoutEndTakesItsOwnShareOnly() throws Exception {
    street.close();
    street = new Street(GatewayConfig.Limits.usual().withConnections(500, SHARE));
    street.ready(proxy(street.gateway.port(), false));
    street.gateway.show(OTHER, notice(Phase.READY, "web"));
    street.gateway.route(OTHER, WEB, portOf(street.says("fine")));
    var wire = street.wire().send("GET / HTTP/1.1|Host: " + HOST + "||");
    assertThat(wire.head()).startsWith("HTTP/1.1 503 ").containsIgnoringCase("retry-after: ");
    assertThat(served.get()).isEqualTo(SHARE);
    assertThat(street.get("pr-shop-2.localhost").body()).isEqualTo("fine");
    eventually("all of it is over", () -> isServed());
  }

  private boolean isServed() {
    try {
      return street.get(HOST).statusCode() == 503 && served.get() >= 2 * SHARE;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void anEnvironmentThatAnswersNobodyKeepsNoOtherFromAnswering() throws Exception {
    street.close();
    street = new Street(GatewayConfig.Limits.usual().withConnections(500, SHARE));
    street.gateway.show(SHOP, notice(Phase.WAKING, "web"));
    street.gateway.show(OTHER, notice(Phase.READY, "web"));
    street.gateway.route(OTHER, WEB, portOf(street.says("fine")));
    List<Wire> wires = new ArrayList<>();
    for (int i = 0; i < SHARE; i++) {
      wires.add(street.wire().send("GET / HTTP/1.1|Host: " + HOST + "||"));
    }
    eventually("they wait", () -> street.gateway.held() == SHARE);
    var refused = street.get(HOST);
    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(refused.body()).contains("50 requests", "one environment");
    assertThat(street.get("pr-shop-2.localhost").body()).isEqualTo("fine");
    wires.getFirst().close();
    eventually("one left", () -> street.gateway.held() == SHARE - 1);
    street.gateway.route(SHOP, WEB, portOf(street.says("awake")));
    assertThat(street.get(HOST).body()).isEqualTo("awake");
  }
}
