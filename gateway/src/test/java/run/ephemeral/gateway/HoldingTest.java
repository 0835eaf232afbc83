package run.ephemeral.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static run.ephemeral.gateway.Street.API;
import static run.ephemeral.gateway.Street.SHOP;
import static run.ephemeral.gateway.Street.WEB;
import static run.ephemeral.gateway.Street.notice;
import static run.ephemeral.gateway.Street.portOf;
import static run.ephemeral.testkit.Eventually.eventually;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import run.ephemeral.core.environment.Phase;

/// Requests are held while an environment wakes or starts, and for nothing else.
final class HoldingTest {
  private static final String HOST = "pr-shop-1.localhost";

  private Street street = new Street();

  @AfterEach
  void close() throws Exception {
    street.close();
  }

  private List<CompletableFuture<HttpResponse<String>>> visitors(int count) {
    return IntStream.range(0, count)
        .mapToObj(
            i -> street.client.sendAsync(street.to(HOST, "/" + i).build(), BodyHandlers.ofString()))
        .toList();
  }

  @Test
  void twoHundredVisitorsWakeASleepingEnvironmentOnce() throws Exception {
    int port = portOf(street.says("awake"));
    street.onWake(() -> street.gateway.show(SHOP, notice(Phase.WAKING, "web")));
    street.gateway.show(SHOP, notice(Phase.ASLEEP, "web"));
    var visitors = visitors(200);
    eventually("they wait", () -> !street.woken.isEmpty() && street.gateway.held() == 200);
    street.gateway.route(SHOP, WEB, port);
    for (var visitor : visitors) {
      assertThat(visitor.join().body()).isEqualTo("awake");
    }
    assertThat(street.woken).containsExactly(SHOP);
    assertThat(street.gateway.held()).isZero();
  }

  @Test
  void aWakeUpCallThatGotLostIsRepeatedWhileSomebodyWaits() throws Exception {
    street.gateway.show(SHOP, notice(Phase.ASLEEP, "web"));
    visitors(5);
    eventually("a second call", () -> street.woken.size() >= 2);
  }

  @Test
  void anInternalRequestWakesToo() throws Exception {
    street.gateway.show(SHOP, notice(Phase.ASLEEP, "web"));
    int port = street.gateway.address(SHOP, API, 0);
    try (var wire = Wire.to(port)) {
      wire.send("GET / HTTP/1.1|Host: api||");
      eventually("it was called", () -> !street.woken.isEmpty());
      street.gateway.route(SHOP, API, portOf(street.says("api")));
      assertThat(wire.head()).startsWith("HTTP/1.1 200");
    }
    assertThat(street.gateway.lastUsed(SHOP)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"WAKING", "STARTING", "READY"})
  void aRequestWaitsForAServiceThatIsOnItsWay(Phase phase) throws Exception {
    street.gateway.show(SHOP, notice(phase, "web"));
    var visitors = visitors(3);
    eventually("they wait", () -> street.gateway.held() == 3);
    street.gateway.route(SHOP, WEB, portOf(street.says("there")));
    for (var visitor : visitors) {
      assertThat(visitor.join().body()).isEqualTo("there");
    }
    assertThat(street.woken).isEmpty();
  }

  @Test
  void theBodyWaitsWithIt() throws Exception {
    street.gateway.show(SHOP, notice(Phase.WAKING, "web"));
    var body = "x".repeat(3_000_000);
    var visitor =
        street.client.sendAsync(
            street.to(HOST, "/").POST(BodyPublishers.ofString(body)).build(),
            BodyHandlers.ofString());
    eventually("they wait", () -> street.gateway.held() == 1);
    street.serve(
        exchange -> {
          int length = exchange.getRequestBody().readAllBytes().length;
          exchange.sendResponseHeaders(200, 0);
          exchange
              .getResponseBody()
              .write(Integer.toString(length).getBytes(StandardCharsets.UTF_8));
          exchange.close();
        });
    assertThat(visitor.join().body()).isEqualTo("3000000");
  }

  @ParameterizedTest
  @CsvSource({
    "QUEUED, 503",
    "BUILDING, 503",
    "FAILING, 502",
    "REMOVING, 404",
    "GONE, 410",
  })
  void otherwiseItIsToldAtOnce(Phase phase, int status) throws Exception {
    street.gateway.show(SHOP, notice(phase, "web"));
    var answer = street.get(HOST);
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.headers().firstValue("retry-after").isPresent()).isEqualTo(status == 503);
    assertThat(answer.headers().firstValue("cache-control")).contains("no-store");
    assertThat(answer.body()).contains("The headline.", phase.word());
    assertThat(street.woken).isEmpty();
  }

  @Test
  void aRouteWinsOverWhatTheNoticeSays() throws Exception {
    street.ready(portOf(street.says("still here")));
    street.gateway.show(SHOP, notice(Phase.FAILING, "web"));
    assertThat(street.get(HOST).body()).isEqualTo("still here");
  }

  @Test
  void whoWaitedInVainIsToldWhy() throws Exception {
    street.gateway.show(SHOP, notice(Phase.STARTING, "web"));
    var visitors = visitors(1000);
    eventually("they wait", () -> street.gateway.held() == 1000);
    street.gateway.show(SHOP, notice(Phase.FAILING, "web"));
    for (var visitor : visitors) {
      assertThat(visitor.join().statusCode()).isEqualTo(502);
    }
    assertThat(street.gateway.held()).isZero();
  }

  @Test
  void whoWaitedForSomethingThatIsRemovedIsToldSo() throws Exception {
    street.gateway.show(SHOP, notice(Phase.STARTING, "web"));
    var visitors = visitors(1000);
    eventually("they wait", () -> street.gateway.held() == 1000);
    street.gateway.forget(SHOP);
    for (var visitor : visitors) {
      assertThat(visitor.join().statusCode()).isEqualTo(404);
    }
    assertThat(street.gateway.held()).isZero();
  }

  @Test
  void nobodyWaitsForever() throws Exception {
    street.close();
    street = new Street(GatewayConfig.Limits.usual().withHeld(10, Duration.ofMillis(20)));
    street.gateway.show(SHOP, notice(Phase.WAKING, "web"));
    var answer = street.get(HOST);
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("retry-after")).contains("2");
    assertThat(street.gateway.held()).isZero();
  }

  @Test
  void theHouseCanBeFull() throws Exception {
    street.close();
    street = new Street(GatewayConfig.Limits.usual().withHeld(2, Duration.ofSeconds(60)));
    street.gateway.show(SHOP, notice(Phase.WAKING, "web"));
    var visitors = visitors(2);
    eventually("they wait", () -> street.gateway.held() == 2);
    assertThat(street.get(HOST).statusCode()).isEqualTo(503);
    street.gateway.route(SHOP, WEB, portOf(street.says("there")));
    for (var visitor : visitors) {
      assertThat(visitor.join().statusCode()).isEqualTo(200);
    }
  }

  @Test
  void theHouseHasRoomAgainForWhoComesLater() throws Exception {
    street.close();
    street = new Street(GatewayConfig.Limits.usual().withHeld(1, Duration.ofSeconds(60)));
    street.gateway.show(SHOP, notice(Phase.WAKING, "web"));
    for (int i = 0; i < 3; i++) {
      var wire = street.wire().send("GET / HTTP/1.1|Host: " + HOST + "||");
      eventually("it waits", () -> street.gateway.held() == 1);
      assertThat(street.get(HOST).statusCode()).isEqualTo(503);
      wire.close();
      eventually("it left", () -> street.gateway.held() == 0);
    }
  }

  @Test
  void whoLeavesWaitsNoLonger() throws Exception {
    street.gateway.show(SHOP, notice(Phase.WAKING, "web"));
    var wire = street.wire().send("GET / HTTP/1.1|Host: " + HOST + "||");
    eventually("it waits", () -> street.gateway.held() == 1);
    wire.close();
    eventually("it left", () -> street.gateway.held() == 0);
  }

  @Test
  void aThousandAtOnceAreAnswered() throws Exception {
    int port = portOf(street.says("awake"));
    street.onWake(() -> street.gateway.show(SHOP, notice(Phase.WAKING, "web")));
    street.gateway.show(SHOP, notice(Phase.ASLEEP, "web"));
    List<Wire> wires = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      wires.add(street.wire().send("GET / HTTP/1.1|Host: " + HOST + "||"));
    }
    eventually("all wait", () -> street.gateway.held() == 1000);
    street.gateway.route(SHOP, WEB, port);
    for (var wire : wires) {
      assertThat(wire.head()).startsWith("HTTP/1.1 200");
      assertThat(wire.take(5)).isEqualTo("awake");
    }
    assertThat(street.woken).containsExactly(SHOP);
  }
}
