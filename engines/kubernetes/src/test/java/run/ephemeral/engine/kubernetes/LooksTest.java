package run.ephemeral.engine.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static run.ephemeral.testkit.Eventually.eventually;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.name.EnvironmentName;

class LooksTest {
  private static final EnvironmentKey ONE =
      new EnvironmentKey(new EnvironmentId(1), new EnvironmentName("pr-shop-1"));

  private final AtomicInteger begun = new AtomicInteger();
  private final Semaphore ends = new Semaphore(0);
  private final Looks looks = new Looks(this::look);

  private Observation.Found look(EnvironmentKey environment) {
    begun.incrementAndGet();
    ends.acquireUninterruptibly();
    return new Observation.Found(Map.of(), Map.of());
  }

  /// The first one has begun before the others ask.
  @Test
  void whoAsksMeanwhileSharesTheNextOne() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Observation.Found> asks = () -> looks.of(ONE);
      var first = threads.submit(asks);
      eventually("the first one begins", () -> begun.get() == 1);
      var others = List.of(threads.submit(asks), threads.submit(asks), threads.submit(asks));
      eventually("the others wait", () -> looks.waiting(ONE) == 3);
      ends.release(2);
      assertThat(others.get(0).get()).isSameAs(others.get(1).get()).isSameAs(others.get(2).get());
      assertThat(others.get(0).get()).isNotSameAs(first.get());
      assertThat(begun).hasValue(2);
    }
  }

  @Test
  void oneThatAsksLaterLooksAnewAlsoAfterAFailure() throws Exception {
    var failing =
        new Looks(
            _ -> {
              throw new IllegalStateException("look " + begun.incrementAndGet());
            });
    assertThatThrownBy(() -> failing.of(ONE)).hasMessage("look 1");
    assertThatThrownBy(() -> failing.of(ONE)).hasMessage("look 2");
    ends.release(2);
    assertThat(looks.of(ONE)).isNotSameAs(looks.of(ONE));
  }
}
