package run.ephemeral.engine.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static run.ephemeral.testkit.Eventually.eventually;

import org.junit.jupiter.api.Test;
import run.ephemeral.core.name.EnvironmentId;

class TurnsTest {
  private static final EnvironmentId ONE = new EnvironmentId(1);
  private static final EnvironmentId TWO = new EnvironmentId(2);

  private final Turns turns = new Turns(1);

  private Thread enters(EnvironmentId environment) {
    return Thread.startVirtualThread(
        () -> {
          try {
            turns.enter(environment);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  @Test
  void stepsOfOneEnvironmentShareItsTurnAndAnotherWaitsForAllOfThem() throws Exception {
    turns.enter(ONE);
    turns.enter(ONE);
    assertThat(turns.areAwaited()).isFalse();
    var other = enters(TWO);
    eventually("the other waits", turns::areAwaited);
    turns.leave(ONE);
    assertThat(turns.areAwaited()).isTrue();
    turns.leave(ONE);
    other.join();
    assertThat(turns.areAwaited()).isFalse();
  }

  @Test
  void aStepThatIsInterruptedWhileItWaitsLeavesTheQueue() throws Exception {
    turns.enter(ONE);
    var other = enters(TWO);
    eventually("the other waits", turns::areAwaited);
    other.interrupt();
    other.join();
    assertThat(turns.areAwaited()).isFalse();
    turns.leave(ONE);
    turns.enter(TWO);
    assertThat(turns.areAwaited()).isFalse();
  }
}
