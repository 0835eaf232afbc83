package run.ephemeral.engine.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.spec.ComponentName;

class ChangesTest {
  private static final EnvironmentId ONE = new EnvironmentId(1);

  private final Changes changes = new Changes();

  private void changed(long environment, String component, boolean decides) {
    changes.changed(new PodWatch.Change(new EnvironmentId(environment), component, decides));
  }

  @Test
  void aStepIsWokenByWhatMayEndItsWaitingAndByNothingElse() throws Exception {
    try (var bell = changes.of(ONE, new ComponentName("web"))) {
      changed(1, "web", false);
      changed(1, "api", true);
      changed(2, "web", true);
      assertThat(bell.await(0)).isFalse();
      changed(1, "web", true);
      changed(1, "web", true);
      assertThat(bell.await(0)).isTrue();
      assertThat(bell.await(0)).as("several changes wake it once").isFalse();
    }
  }
}
