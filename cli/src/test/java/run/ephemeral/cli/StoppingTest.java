package run.ephemeral.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.cli.api.ControlPlane;
import run.ephemeral.cli.output.Screen;
import run.ephemeral.wire.ShutdownRequest;

class StoppingTest {
  @TempDir Path folder;

  @Test
  void saysThatItStillWaitsAndAtLastWhereToLook() throws IOException, InterruptedException {
    var bytes = new ByteArrayOutputStream();
    var screen = new Screen(new PrintStream(bytes, true, UTF_8), false, false);
    var cli = new Cli(new Shell(folder).world());
    var slow = new ProcessBuilder("sleep", "600").start();
    try (var server = new FakeControlPlane()) {
      server.answering("POST /shutdown", "");
      var api = new ControlPlane(URI.create(server.url()), null);
      var connection = new Cli.Connection(api, false, Optional.of(slow.pid()));
      var tick = Duration.ofMillis(20);
      var stopping = new Stopping(cli, screen, tick.multipliedBy(3), tick);
      var fault =
          catchThrowableOfType(
              CliFault.class, () -> stopping.stop(connection, new ShutdownRequest(true, false)));
      assertThat(fault.exit()).isEqualTo(Exit.TIMED_OUT);
      assertThat(fault.next()).first().asString().endsWith("home/server.log");
    } finally {
      slow.destroyForcibly().waitFor();
    }
    assertThat(bytes.toString(UTF_8).lines().toList())
        .hasSize(2)
        .allMatch(line -> line.contains("still stopping and deleting after"))
        .allMatch(line -> line.endsWith("Ctrl-C ends the waiting, not the stopping"));
  }
}
