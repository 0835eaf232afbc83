package run.ephemeral.artifact.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class FewAtOnceTest {
  private final FewAtOnce few = new FewAtOnce();

  @Test
  void theFifthWaitsAndOnlyAtTheSameRegistry() throws Exception {
    var places = new ArrayList<FewAtOnce.Place>();
    for (int i = 0; i < 4; i++) {
      places.add(few.enterNow("one").orElseThrow());
    }
    assertThat(few.enterNow("one")).isEmpty();
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> few.enter("one")).isInstanceOf(InterruptedException.class);
    few.enterNow("two").orElseThrow().close();
    places.removeFirst().close();
    few.enter("one").close();
    assertThat(few.hosts()).isEqualTo(1);
    places.forEach(FewAtOnce.Place::close);
    assertThat(few.hosts()).as("nothing is kept of who is not asked").isZero();
  }
}
