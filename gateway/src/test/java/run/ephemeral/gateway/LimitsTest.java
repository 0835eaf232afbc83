package run.ephemeral.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static run.ephemeral.testkit.Eventually.eventually;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// How many may come at once, and that there is room again when they left.
final class LimitsTest {
  private static final String GET = "GET / HTTP/1.1|Host: pr-shop-1.localhost||";
  private static final int MOST = 10;

  private final Street street =
      new Street(GatewayConfig.Limits.usual().withConnections(MOST, MOST));

  @AfterEach
  void close() throws Exception {
    street.close();
  }

  private boolean isServed(Wire wire) {
    try {
      return wire.send(GET).head().startsWith("HTTP/1.1 200 ") && wire.take(5).equals("there");
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void moreConnectionsThanAllowedAreClosedAndThereIsRoomOnceSomebodyLeft() throws Exception {
    street.ready(Street.portOf(street.says("there")));
    List<Wire> wires = new ArrayList<>();
    for (int i = 0; i < MOST; i++) {
      wires.add(street.wire());
      assertThat(isServed(wires.getLast())).isTrue();
    }
    for (int i = 0; i < 3 * MOST; i++) {
      assertThat(isServed(street.wire())).isFalse();
    }
    for (var wire : wires) {
      assertThat(isServed(wire)).as("who is in stays in").isTrue();
    }
    wires.getFirst().close();
    eventually(
        "there is room",
        () -> {
          try {
            return isServed(street.wire());
          } catch (IOException e) {
            return false;
          }
        });
  }
}
