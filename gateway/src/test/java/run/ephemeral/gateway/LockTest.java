package run.ephemeral.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static run.ephemeral.gateway.Street.API;
import static run.ephemeral.gateway.Street.WEB;
import static run.ephemeral.gateway.Street.notice;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import run.ephemeral.core.environment.Phase;
import run.ephemeral.core.name.EnvironmentName;

/// A thread that changes addresses waits for event loops, and event loops never wait for such a
/// thread.
final class LockTest {
  private static final int ENVIRONMENTS = 4;
  private static final int ROUNDS = 150;
  private static final long ENOUGH_SECONDS = 60;

  private final Street street = new Street();
  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicInteger answered = new AtomicInteger();
  private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private boolean stuck;

  /// A gateway that is stuck cannot be closed either.
  @AfterEach
  void close() throws Exception {
    if (!stuck) {
      street.close();
    }
  }

  @Test
  void addressesComeAndGoWhileRequestsAreHeldAndForwarded() throws Exception {
    int port =
        street
            .wire(
                wire -> {
                  while (!wire.head().isEmpty()) {
                    wire.send("HTTP/1.1 200 OK|Content-Length: 5||there");
                  }
                })
            .port();
    var done = new CountDownLatch(ENVIRONMENTS);
    List<Thread> visitors = new ArrayList<>();
    for (int i = 0; i < ENVIRONMENTS; i++) {
      var name = new EnvironmentName("pr-shop-" + i);
      Thread.ofPlatform()
          .daemon()
          .name("changes " + name)
          .start(() -> attempt(() -> change(name, port), done));
      for (int k = 0; k < 4; k++) {
        visitors.add(
            Thread.ofVirtual().start(() -> attempt(() -> visit(name), new CountDownLatch(1))));
      }
    }
    stuck = !done.await(ENOUGH_SECONDS, TimeUnit.SECONDS);
    over.set(true);
    assertThat(stuck).withFailMessage(LockTest::threads).isFalse();
    for (var visitor : visitors) {
      visitor.join();
    }
    assertThat(failures).isEmpty();
    assertThat(answered.get()).isPositive();
    assertThat(street.gateway.held()).isZero();
  }

  private interface Act {
    void act() throws Exception;
  }

  private void attempt(Act act, CountDownLatch after) {
    try {
      act.act();
    } catch (Throwable e) {
      failures.add(e);
    } finally {
      after.countDown();
    }
  }

  private void change(EnvironmentName name, int port) {
    for (int i = 0; i < ROUNDS; i++) {
      street.gateway.show(name, notice(Phase.WAKING, "web"));
      street.gateway.address(name, API, 0);
      int web = street.gateway.address(name, WEB, 0);
      street.gateway.route(name, WEB, port);
      assertThat(street.gateway.address(name, WEB, 0)).isEqualTo(web);
      street.gateway.unroute(name, WEB);
      street.gateway.show(name, notice(Phase.STARTING, "web", "api"));
      street.gateway.forget(name);
    }
  }

  private void visit(EnvironmentName name) throws Exception {
    while (!over.get()) {
      try (var wire = Wire.to(street.gateway.port())) {
        for (int i = 0; i < 10 && !over.get(); i++) {
          var head = wire.send("GET / HTTP/1.1|Host: " + name + ".localhost||").head();
          assertThat(head).startsWith("HTTP/1.1 ");
          wire.take(Integer.parseInt(head.replaceAll("(?is).*content-length: (\\d+).*", "$1")));
          answered.incrementAndGet();
        }
      }
    }
  }

  private static String threads() {
    return Thread.getAllStackTraces().entrySet().stream()
        .map(LockTest::thread)
        .collect(Collectors.joining("\n", "stuck:\n", ""));
  }

  private static String thread(Map.Entry<Thread, StackTraceElement[]> entry) {
    return entry.getKey()
        + " "
        + entry.getKey().getState()
        + Arrays.stream(entry.getValue()).map(at -> "\n  at " + at).collect(Collectors.joining());
  }
}
