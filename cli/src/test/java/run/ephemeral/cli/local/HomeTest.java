package run.ephemeral.cli.local;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A home folder that is emptied while a control plane waits for its lock.
class HomeTest {
  @TempDir private Path folder;

  @Test
  void aControlPlaneThatWaitedForTheLockHoldsItAfterThePurge() throws Exception {
    var home = new Home(folder);
    Files.writeString(folder.resolve("data"), "data");
    try (var waiting = FileChannel.open(folder.resolve("lock"), CREATE, WRITE)) {
      assertThat(home.isLocked()).isFalse();
      assertThat(home.clear()).isTrue();
      assertThat(folder.resolve("data")).doesNotExist();
      try (var _ = waiting.lock()) {
        assertThat(home.isLocked()).isTrue();
      }
    }
  }
}
