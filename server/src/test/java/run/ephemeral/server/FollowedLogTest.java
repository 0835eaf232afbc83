package run.ephemeral.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.engine.LogReader;

class FollowedLogTest {
  private final List<Integer> opened = new ArrayList<>();
  private boolean isAway;
  private final FollowedLog log =
      new FollowedLog(
          last -> {
            opened.add(last);
            return Optional.of(new Reader());
          },
          20,
          Duration.ZERO);

  /// Has one line whenever it can be read.
  private final class Reader implements LogReader {
    @Override
    public List<String> next() {
      return rest();
    }

    @Override
    public List<String> rest() {
      if (isAway) {
        throw new FaultException(new Fault(Fault.Kind.EXTERNAL, "the cluster is away", ""));
      }
      return List.of("line");
    }

    @Override
    public void close() {}
  }

  @Test
  void whatCannotBeReadAtFirstIsReadFromNearItsEndLater() {
    isAway = true;
    assertThat(log.next())
        .containsExactly("(ephemeral: waiting for more lines: the cluster is away)");
    assertThat(log.next()).as("told once").isEmpty();
    isAway = false;
    assertThat(log.next()).containsExactly("line");
    assertThat(opened).containsExactly(20, 20, 20);
  }

  @Test
  void aGapIsTold() {
    assertThat(log.next()).containsExactly("line");
    isAway = true;
    assertThat(log.next()).hasSize(1);
    isAway = false;
    assertThat(log.next()).hasSize(2).first().asString().contains("are missing");
    assertThat(log.next()).containsExactly("line");
    assertThat(opened).containsExactly(20, 0);
  }

  @Test
  void whoDoesNotFollowIsToldAtOnce() {
    isAway = true;
    assertThatThrownBy(log::rest).hasMessageContaining("the cluster is away");
  }
}
