package run.ephemeral.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AttendanceTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  @TempDir Path folder;
  private final AtomicReference<Instant> now = new AtomicReference<>(NOON);
  private Path file = Path.of("attended");

  @BeforeEach
  void open() {
    file = folder.resolve("attended");
  }

  private Attendance attendance() {
    return new Attendance(file, now::get);
  }

  private void noted(Instant since, Instant at) throws IOException {
    Files.writeString(file, since.toString());
    Files.setLastModifiedTime(file, FileTime.from(at));
  }

  @Test
  void aRestartIsNoGap() throws IOException {
    noted(NOON.minus(Duration.ofDays(3)), NOON.minusSeconds(60));
    assertThat(attendance().since()).isEqualTo(NOON.minus(Duration.ofDays(3)));
  }

  @Test
  void aMachineThatWasOffBeginsAnew() throws IOException {
    noted(NOON.minus(Duration.ofDays(3)), NOON.minus(Duration.ofDays(2)));
    assertThat(attendance().since()).isEqualTo(NOON);
  }

  @Test
  void aClockThatJumpsForwardWhileItRunsBeginsAnew() {
    var attendance = attendance();
    now.set(NOON.plusSeconds(1));
    assertThat(attendance.since()).isEqualTo(NOON);
    now.set(NOON.plus(Duration.ofDays(5)));
    assertThat(attendance.since()).isEqualTo(NOON.plus(Duration.ofDays(5)));
  }

  /// A manipulated file can only delay removals.
  @Test
  void garbageAndTimesToComeBeginAnew() throws IOException {
    noted(NOON, NOON);
    Files.writeString(file, "web=x");
    assertThat(attendance().since()).isEqualTo(NOON);
    noted(NOON.plus(Duration.ofDays(9)), NOON);
    assertThat(attendance().since()).isEqualTo(NOON);
  }
}
