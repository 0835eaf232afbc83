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
import run.ephemeral.testkit.Eventually;

class FollowedLogTest {
  private final List<Integer> opened = new ArrayList<>();
  private boolean isAway;
  private boolean isCurrent;
  private boolean cannotOpen;
  private final FollowedLog log =
      new FollowedLog(
          new FollowedLog.Opening() {
            @Override
            public Optional<LogReader> open(int last) {
              if (cannotOpen) {
                throw new IllegalStateException("too many open files");
              }
              opened.add(last);
              isCurrent = true;
              return Optional.of(new Reader());
            }

            @Override
            public boolean isCurrent() {
              return isCurrent;
            }
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
  void whatCannotBeOpenedIsToldOnce() {
    cannotOpen = true;
    assertThat(log.next()).singleElement().asString().contains("see the server's log");
    assertThat(log.next()).isEmpty();
    cannotOpen = false;
    assertThat(log.next()).containsExactly("line");
  }

  @Test
  void aClusterWithOtherCredentialsIsAskedAnew() {
    assertThat(log.next()).containsExactly("line");
    isCurrent = false;
    assertThat(log.next()).isEmpty();
    Eventually.eventually("it is opened again", () -> log.next().size() == 2);
    assertThat(opened).containsExactly(20, 0);
  }

  @Test
  void whoDoesNotFollowIsToldAtOnce() {
    cannotOpen = true;
    assertThatThrownBy(log::rest).hasMessageContaining("too many open files");
    cannotOpen = false;
    isAway = true;
    assertThatThrownBy(log::rest).hasMessageContaining("the cluster is away");
  }
}
