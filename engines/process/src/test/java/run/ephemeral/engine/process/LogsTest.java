package run.ephemeral.engine.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.core.engine.LogReader;
import run.ephemeral.engine.process.log.LastWords;
import run.ephemeral.engine.process.log.LogFiles;
import run.ephemeral.engine.process.log.Logs;
import run.ephemeral.testkit.Eventually;

/// A reader of a log gets every line once, in order, through all rotations, or a note on what is
/// missing.
class LogsTest {
  private static final int BOUND = 100_000;

  @TempDir private Path folder;
  private final Logs logs = new Logs(BOUND);
  private Path log;

  @BeforeEach
  void name() {
    log = folder.resolve("web.run.log");
  }

  private void write(String text) throws IOException {
    write(text.getBytes(UTF_8));
  }

  private void write(byte[] bytes) throws IOException {
    Files.write(log, bytes, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /// Reads until a line appears.
  private static List<String> readUntil(LogReader reader, Predicate<String> last) {
    var lines = new ArrayList<String>();
    Eventually.eventually(
        "the last line",
        () -> {
          readAll(reader, lines);
          return lines.stream().anyMatch(last);
        });
    return lines;
  }

  private static void readAll(LogReader reader, List<String> lines) {
    for (var more = reader.next(); !more.isEmpty(); more = reader.next()) {
      lines.addAll(more);
    }
  }

  private static boolean isWordOfLoss(String line) {
    return line.startsWith("… ");
  }

  @Test
  void aWriterAtFullSpeedIsFollowedThroughRotationsAndEveryLossIsTold() throws Exception {
    var last = 2_000_000;
    var go = folder.resolve("go");
    var command = "until [ -e %s ]; do sleep 0.01; done; seq %d".formatted(go, last);
    var writer = new ProcessBuilder("sh", "-c", command);
    writer.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    var process = writer.start();
    try (var reader = logs.read(log, 10)) {
      assertThat(reader.next()).isEmpty();
      var rotation =
          Thread.startVirtualThread(
              () -> {
                while (process.isAlive()) {
                  logs.rotate(log);
                }
              });
      Files.createFile(go);
      var lines = new ArrayList<String>();
      while (rotation.isAlive()) {
        lines.addAll(reader.next());
      }
      rotation.join();
      // The first line after a loss may be torn, so it is not shown.
      write("\n" + (last + 1) + "\n");
      lines.addAll(readUntil(reader, Integer.toString(last + 1)::equals));
      lines.removeIf(String::isEmpty);
      // Whether any is lost depends on how fast the reader is beside the writer.
      assertInOrderOrTold(lines);
    }
  }

  /// Numbers that grow by one, except after a note of loss.
  private static void assertInOrderOrTold(List<String> lines) {
    var before = 0;
    var isTold = false;
    for (var line : lines) {
      if (isWordOfLoss(line)) {
        isTold = true;
        continue;
      }
      var number = Integer.parseInt(line);
      assertThat(number).isGreaterThan(before);
      if (!isTold) {
        assertThat(number).isEqualTo(before + 1);
      }
      before = number;
      isTold = false;
    }
  }

  @Test
  void aWriterThatPausesIsFollowedThroughRotationsWithoutAnyLoss() throws Exception {
    var expected = IntStream.range(0, 100_000).mapToObj(i -> "grün und süß " + i).toList();
    var text = (String.join("\n", expected) + "\n").getBytes(UTF_8);
    var lines = new ArrayList<String>();
    try (var reader = logs.read(log, 10)) {
      assertThat(reader.next()).isEmpty();
      for (int at = 0, round = 0; at < text.length; at += 7_777, round++) {
        write(Arrays.copyOfRange(text, at, Math.min(text.length, at + 7_777)));
        logs.rotate(log);
        if (round % 7 == 0) {
          readAll(reader, lines);
        }
      }
      lines.addAll(readUntil(reader, expected.getLast()::equals));
    }
    assertThat(lines).isEqualTo(expected);
    assertThat(LogFiles.of(log))
        .hasSize(2)
        .allSatisfy(file -> assertThat(Files.size(file)).isLessThanOrEqualTo(BOUND));
  }

  @Test
  void whoReadsLateIsToldHowMuchWasDropped() throws Exception {
    write("first\n");
    try (var reader = logs.read(log, 10)) {
      assertThat(reader.next()).containsExactly("first");
      for (int i = 0; i < 5; i++) {
        write("x".repeat(79_999) + "\n");
        logs.rotate(log);
      }
      write("last\n");
      var lines = readUntil(reader, "last"::equals);
      assertThat(lines.getFirst())
          .isEqualTo("… 320000 bytes were dropped: the log grew faster than it is kept");
      assertThat(lines).hasSize(3);
      assertThat(lines.get(1)).hasSize(16 * 1024 + 1);
    }
  }

  @Test
  void theLastLinesComeFirstThoughTheyAreInTheOlderFile() throws Exception {
    write("old 1\nold 2\n" + "x".repeat(80_000) + "\nold 3\nold");
    logs.rotate(log);
    write(" 4\n\nnew\nunfinished");
    try (var reader = logs.read(log, 4)) {
      assertThat(reader.next()).containsExactly("old 3", "old 4", "", "new");
      write(" business\n");
      assertThat(reader.next()).containsExactly("unfinished business");
      assertThat(reader.next()).isEmpty();
    }
    try (var reader = logs.read(log, 0)) {
      assertThat(reader.next()).isEmpty();
      write("later\n");
      assertThat(reader.next()).containsExactly("later");
    }
    write("never ended");
    try (var reader = logs.read(log, 2)) {
      assertThat(reader.rest()).containsExactly("later", "never ended");
      assertThat(reader.rest()).isEmpty();
    }
  }

  @Test
  void aLineWithoutAnEndIsShownOnceWhenItsWriterIsSilent() throws Exception {
    try (var reader = logs.read(log, 10)) {
      write("Password: ");
      write(new byte[] {(byte) 0xC3});
      assertThat(reader.next()).isEmpty();
      assertThat(readUntil(reader, "Password: "::equals)).containsExactly("Password: ");
      write(new byte[] {(byte) 0xA4, '\n', 'x', '\n'});
      assertThat(reader.next()).containsExactly("ä", "x");
      write("$ ");
      assertThat(readUntil(reader, "$ "::equals)).containsExactly("$ ");
      write("\nnext\n");
      assertThat(reader.next()).containsExactly("next");
    }
  }

  @Test
  void anOverlongLineIsCutOnceAndNotWithinACharacter() throws Exception {
    try (var reader = logs.read(log, 10)) {
      assertThat(reader.next()).isEmpty();
      write("a" + "ä".repeat(40_000));
      var lines = new ArrayList<>(reader.next());
      lines.addAll(reader.next());
      write("ä".repeat(10) + "\nnext\n");
      lines.addAll(readUntil(reader, "next"::equals));
      assertThat(lines).containsExactly("a" + "ä".repeat(8191) + "…", "next");
    }
  }

  @Test
  void whatIsNoFileIsNeverOpenedAndALogThatSomebodyReplacedIsReadAnew() throws Exception {
    write("before\n");
    try (var reader = logs.read(log, 10)) {
      assertThat(reader.next()).containsExactly("before");
      Files.delete(log);
      assertThat(new ProcessBuilder("mkfifo", log.toString()).start().waitFor()).isZero();
      assertThat(reader.next()).hasSize(1).allMatch(LogsTest::isWordOfLoss);
      logs.rotate(log);
      assertThat(LastWords.of(log, 0)).isEmpty();
      Files.delete(log);
      Files.createSymbolicLink(log, Path.of("/dev/zero"));
      assertThat(reader.next()).isEmpty();
      assertThat(LastWords.of(log, 0)).isEmpty();
      try (var other = logs.read(log, 10)) {
        assertThat(other.rest()).isEmpty();
      }
      Files.delete(log);
      write("after\n");
      assertThat(readUntil(reader, "after"::equals)).containsExactly("after");
    }
  }
}
