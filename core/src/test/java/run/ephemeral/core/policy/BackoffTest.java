package run.ephemeral.core.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private final Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1));

  @Test
  void itDoublesUpToItsBoundAndSpreadsByAtMostATenth() {
    check(1, 1_000);
    check(2, 2_000);
    check(5, 16_000);
    check(7, 60_000);
    check(1_000, 60_000);
  }

  @Test
  void theSameSaltGivesTheSameWait() {
    assertThat(backoff.after(3, "a")).isEqualTo(backoff.after(3, "a"));
    assertThat(backoff.after(3, "a")).isNotEqualTo(backoff.after(3, "b"));
  }

  private void check(int tries, long millis) {
    assertThat(backoff.after(tries, "salt"))
        .isBetween(Duration.ofMillis(millis), Duration.ofMillis(millis + millis / 10));
  }
}
