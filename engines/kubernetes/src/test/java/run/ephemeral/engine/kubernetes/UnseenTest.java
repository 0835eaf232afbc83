package run.ephemeral.engine.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.testkit.Eventually;

class UnseenTest {
  private static final EnvironmentId ONE = new EnvironmentId(1);
  private static final EnvironmentId TWO = new EnvironmentId(2);

  private final Unseen unseen = new Unseen(Duration.ofMillis(300));
  private final List<EnvironmentId> told = new CopyOnWriteArrayList<>();

  private void changed(EnvironmentId environment) {
    unseen.changed(environment, told::add);
  }

  @Test
  void aChangeThatAnObservationSeesIsNotTold() {
    changed(ONE);
    unseen.looks(ONE);
    changed(TWO);
    Eventually.eventually("the other change is told", () -> !told.isEmpty());
    assertThat(told).containsExactly(TWO);
  }

  @Test
  void aChangeAfterTheBeginningOfAnObservationIsTold() {
    unseen.looks(ONE);
    changed(ONE);
    Eventually.eventually("the change is told", () -> !told.isEmpty());
  }

  @Test
  void manyChangesAreToldOnce() {
    for (int i = 0; i < 100; i++) {
      changed(ONE);
    }
    Eventually.eventually("the changes are told", () -> !told.isEmpty());
    changed(TWO);
    Eventually.eventually("the other change is told", () -> told.contains(TWO));
    assertThat(told).containsExactly(ONE, TWO);
  }
}
