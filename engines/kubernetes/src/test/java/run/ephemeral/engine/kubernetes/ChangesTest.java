package run.ephemeral.engine.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.spec.ComponentName;

class ChangesTest {
  private static final EnvironmentId ONE = new EnvironmentId(1);

  private final Changes changes = new Changes();

  private boolean changed(long environment, String component, boolean decides) {
    return changes.changed(new PodWatch.Change(new EnvironmentId(environment), component, decides));
  }

  @Test
  void aStepIsWokenByWhatMayEndItsWaitingAndByNothingElse() throws Exception {
    try (var bell = changes.of(ONE, new ComponentName("web"))) {
      assertThat(changed(1, "web", false)).isFalse();
      assertThat(changed(1, "api", true)).isFalse();
      assertThat(changed(2, "web", true)).isFalse();
      assertThat(bell.await(0)).isFalse();
      assertThat(changed(1, "web", true)).as("it is awaited").isTrue();
      assertThat(changed(1, "web", true)).isTrue();
      assertThat(bell.await(0)).isTrue();
      assertThat(bell.await(0)).as("several changes wake it once").isFalse();
    }
  }
}
