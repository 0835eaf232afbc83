package run.ephemeral.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.testkit.Eventually;

/// Two control planes and one folder.
class HomeLockTest {
  @TempDir private Path home;

  private FileChannel another() throws Exception {
    var channel =
        FileChannel.open(home.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    assertThat(channel.lock().isValid()).isTrue();
    return channel;
  }

  @Test
  void oneThatIsNotToWaitIsRefusedAtOnce() throws Exception {
    try (var _ = another()) {
      var fault = catchThrowableOfType(StartFault.class, () -> HomeLock.take(home, Duration.ZERO));
      assertThat(fault).hasMessageStartingWith("a control plane runs on " + home + " already");
      assertThat(fault.exit()).isEqualTo(5);
    }
  }

  @Test
  void oneThatIsToWaitGetsTheFolderWhenTheOtherEnds() throws Exception {
    var waiting = new FutureTask<>(() -> HomeLock.take(home, Duration.ofMinutes(2)));
    Thread thread;
    try (var _ = another()) {
      thread = Thread.ofPlatform().start(waiting);
      Eventually.eventually("it waits", () -> thread.getState() == Thread.State.TIMED_WAITING);
      assertThat(waiting.isDone()).isFalse();
    }
    assertThat(waiting.get().isHeld()).isTrue();
  }
}
