package run.ephemeral.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static run.ephemeral.gateway.Street.SHOP;
import static run.ephemeral.testkit.Eventually.eventually;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// How many may come at once, which ones make room for others, and that there is room again after
/// they leave.
final class LimitsTest {
  private static final String HEAD = "GET / HTTP/1.1|Host: pr-shop-1.localhost|";
  private static final int MOST = 20;
  private static final int INSIDE = 8;

  private final Street street =
      new Street(GatewayConfig.Limits.usual().withConnections(MOST, INSIDE));
  private final CountDownLatch go = new CountDownLatch(1);
  private final AtomicInteger arrived = new AtomicInteger();

  @AfterEach
  void close() throws Exception {
    street.close();
  }

  private static boolean isServed(Wire wire) {
    try {
      return wire.send(HEAD + "|").head().startsWith("HTTP/1.1 200 ") && wire.take(2).equals("ok");
    } catch (IOException e) {
      return false;
    }
  }

  /// Answers at once, except to requests with the header `X-Wait`.
  private Street serves(Street served) throws IOException {
    return served.serveWire(
        wire -> {
          for (var head = wire.head(); !head.isEmpty(); head = wire.head()) {
            arrived.incrementAndGet();
            if (head.contains("X-Wait")) {
              go.await();
            }
            wire.send("HTTP/1.1 200 OK|Content-Length: 2||ok");
          }
        });
  }

  @Test
  void theConnectionThatHasHadNoRequestForLongestMakesRoom() throws Exception {
    serves(street);
    List<Wire> idle = new ArrayList<>();
    for (int i = 0; i < MOST; i++) {
      idle.add(street.wire());
      assertThat(isServed(idle.getLast())).isTrue();
    }
    assertThat(isServed(idle.get(0))).isTrue();
    for (int i = 1; i < MOST; i++) {
      assertThat(isServed(street.wire())).as("a newcomer").isTrue();
      assertThat(idle.get(i).ended()).as("the eldest, %s", i).isTrue();
    }
    assertThat(isServed(idle.get(0))).as("who asked last").isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "GET / HT"})
  void connectionsThatNeverAskedKeepNobodyOut(String begun) throws Exception {
    serves(street);
    for (int i = 0; i < 5 * MOST; i++) {
      street.wire().send(begun);
    }
    for (int i = 0; i < MOST; i++) {
      eventually("a newcomer is served", this::isNewcomerServed);
    }
  }

  private boolean isNewcomerServed() {
    try (var wire = Wire.to(street.gateway.port())) {
      return isServed(wire);
    } catch (IOException e) {
      return false;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "GET / HT"})
  void anEnvironmentsOwnConnectionsMakeRoomAmongThemselves(String begun) throws Exception {
    serves(street);
    int internal = street.gateway.address(SHOP, Street.WEB, 0);
    var visitor = street.wire();
    assertThat(isServed(visitor)).isTrue();
    List<Wire> inside = new ArrayList<>();
    for (int i = 0; i < 3 * MOST; i++) {
      inside.add(Wire.to(internal).send(begun));
    }
    for (int i = 0; i < 2 * MOST; i++) {
      assertThat(inside.get(i).ended()).as("one of the eldest, %s", i).isTrue();
    }
    assertThat(isServed(visitor)).as("the visitor who was there first").isTrue();
    inside.forEach(Wire::close);
  }

  @Test
  void connectionsWithARequestUnderWayMakeRoomForNobody() throws Exception {
    var limits = GatewayConfig.Limits.usual().withConnections(INSIDE, MOST);
    try (var full = serves(new Street(limits))) {
      List<Wire> busy = new ArrayList<>();
      for (int i = 0; i < INSIDE; i++) {
        busy.add(full.wire().send(HEAD + "X-Wait: 1||"));
        int count = i + 1;
        eventually("it is under way", () -> arrived.get() == count);
      }
      for (int i = 0; i < MOST; i++) {
        assertThat(full.wire().ended()).isTrue();
      }
      go.countDown();
      for (var wire : busy) {
        assertThat(wire.head()).startsWith("HTTP/1.1 200 ");
      }
    }
  }

  @Test
  void whoLeavesMakesRoom() throws Exception {
    var limits = GatewayConfig.Limits.usual().withConnections(1, MOST);
    try (var full = serves(new Street(limits))) {
      var wire = full.wire().send(HEAD + "X-Wait: 1||");
      eventually("it is under way", () -> arrived.get() == 1);
      assertThat(full.wire().ended()).isTrue();
      wire.close();
      eventually("there is room", () -> isServedBy(full));
    }
  }

  private static boolean isServedBy(Street full) {
    try {
      return isServed(full.wire());
    } catch (IOException e) {
      return false;
    }
  }
}
