package run.ephemeral.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BoundedLogTest {
  private static final long MOST = 10_000;

  @TempDir private Path folder;

  private Path log() {
    return folder.resolve("log");
  }

  private Path older() {
    return folder.resolve("log.1");
  }

  @Test
  void whatIsTooLargeBecomesTheOlderOneAndTheProgramGoesOnAtTheBeginning() throws Exception {
    var program =
        new ProcessBuilder("sh", "-c", "while read line; do echo \"$line\"; done")
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
            .start();
    try (var lines = program.outputWriter()) {
      var log = new BoundedLog(log(), MOST);
      lines.write("few\n");
      lines.flush();
      await(4);
      log.trim();
      assertThat(log()).hasContent("few");
      lines.write("x".repeat(12_000) + "\n");
      lines.flush();
      await(12_005);
      log.trim();
      assertThat(log()).isEmptyFile();
      assertThat(older()).hasContent("few\n" + "x".repeat(12_000));
      lines.write("more\n");
      lines.flush();
      await(5);
      assertThat(log()).hasContent("more");
      assertThat(folder).isDirectoryNotContaining("glob:**.half");
    }
    program.waitFor();
  }

  private void await(long size) throws IOException {
    var until = System.nanoTime() + 60_000_000_000L;
    while (Files.size(log()) < size && System.nanoTime() < until) {
      Thread.onSpinWait();
    }
    assertThat(log()).hasSize(size);
  }

  @Test
  void ofWhatGrewFarBeyondTheBoundOnlyTheEndIsKept() throws Exception {
    Files.writeString(log(), "begin" + "x".repeat(100_000) + "end");
    new BoundedLog(log(), MOST).trim();
    assertThat(older()).hasSize(MOST).content().endsWith("end");
    assertThat(Files.getPosixFilePermissions(older()))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(log()).isEmptyFile();
  }

  @Test
  void whereTheOlderOneCannotBeWrittenTheBoundHoldsAllTheSame() throws Exception {
    Files.createDirectories(older().resolve("in the way"));
    Files.writeString(log(), "x".repeat(20_000));
    new BoundedLog(log(), MOST).trim();
    assertThat(log()).isEmptyFile();
    assertThat(new File(log() + ".1.half")).doesNotExist();
  }

  @Test
  void whatIsNotThereIsNotMade() {
    new BoundedLog(log(), MOST).trim();
    assertThat(folder).isEmptyDirectory();
  }
}
