package run.ephemeral.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static run.ephemeral.gateway.Street.SHOP;
import static run.ephemeral.gateway.Street.notice;

import org.junit.jupiter.api.Test;
import run.ephemeral.core.environment.Phase;

/// When a request may wake a sleeping environment.
final class SiteTest {
  private static final long EVERY = 1000;

  private final Site site = new Site(SHOP);

  @Test
  void manyVisitorsWakeItOnceAndAgainOnlyWhenNobodyHeard() {
    site.show(notice(Phase.ASLEEP, "web"));
    assertThat(site.mayWake(0, EVERY)).isTrue();
    assertThat(site.mayWake(1, EVERY)).isFalse();
    assertThat(site.mayWake(EVERY, EVERY)).isTrue();
  }

  @Test
  void whatWokeAndFellAsleepAgainIsWokenAtOnce() {
    site.show(notice(Phase.ASLEEP, "web"));
    assertThat(site.mayWake(0, EVERY)).isTrue();
    site.show(notice(Phase.WAKING, "web"));
    site.show(notice(Phase.ASLEEP, "web"));
    assertThat(site.mayWake(1, EVERY)).isTrue();
  }
}
