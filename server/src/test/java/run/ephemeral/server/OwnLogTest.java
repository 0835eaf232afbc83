package run.ephemeral.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.testkit.Eventually;

class OwnLogTest {
  private static final long MEGABYTE = 1024L * 1024;

  @TempDir private Path folder;
  private final Properties properties = new Properties();

  /// A sparse file.
  @BeforeEach
  void aLogThatIsTooLarge() throws Exception {
    try (var file = new RandomAccessFile(log().toFile(), "rw")) {
      file.setLength(50 * MEGABYTE);
    }
  }

  private Path log() {
    return folder.resolve("server.log");
  }

  @Test
  void theFileThatTheCommandLineRedirectedIntoIsKeptWithinItsBound() {
    properties.setProperty("ephemeral.log", log().toString());
    OwnLog.of(properties).keep();
    Eventually.eventually("it is cut", () -> log().toFile().length() == 0);
    assertThat(folder.resolve("server.log.1")).hasSize(10 * MEGABYTE);
  }

  @Test
  void aFileThatSomebodyElseRedirectedIntoIsHisToKeep() {
    OwnLog.of(properties).keep();
    OwnLog.of(properties).tell("said all the same");
    assertThat(log()).hasSize(50 * MEGABYTE);
    assertThat(Files.exists(folder.resolve("server.log.1"))).isFalse();
  }
}
