package run.ephemeral.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.testkit.Plane;

/// The API requires the token, and the token does not leak: not to logs, command lines, or
/// processes of pull requests.
class TokenTest {
  private static final String TOKEN = "correct-horse-battery-staple-4711";

  @TempDir Path folder;
  private Plane plane;

  @BeforeEach
  void start() throws Exception {
    plane = new Plane(folder.resolve("home"));
    var app = Files.createDirectories(folder.resolve("app"));
    Files.writeString(
        app.resolve("ephemeral.yaml"),
        """
        app: shy
        services:
          web:
            build: env > built
            run: env > ran; exec $JAVA_HOME/bin/jwebserver -b 127.0.0.1 -p $PORT
            public: true
        """);
    assertThat(command("git", "init", "-q", app.toString())).isZero();
    var ports = List.of("--listen", "127.0.0.1:0", "--gateway-port", "0");
    assertThat(ephemeral(Stream.concat(Stream.of("run", app.toString()), ports.stream()))).isZero();
  }

  @AfterEach
  void end() throws Exception {
    assertThat(ephemeral(Stream.of("down", "--purge", "--yes"))).isZero();
  }

  @Test
  void aTokenIsAskedForAndToldToNobody() throws Exception {
    assertThat(status("")).isEqualTo(401);
    assertThat(status("Bearer wrong-" + TOKEN)).isEqualTo(401);
    assertThat(status(TOKEN)).isEqualTo(401);
    assertThat(status("Bearer " + TOKEN)).isEqualTo(200);

    var known = plane.home.resolve("server.json");
    assertThat(Files.getPosixFilePermissions(known))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    try (var files = Files.walk(plane.home)) {
      for (var file : files.filter(f -> isWritten(f) && !f.equals(known)).toList()) {
        assertThat(new String(Files.readAllBytes(file), UTF_8))
            .as(file.toString())
            .doesNotContain(TOKEN);
      }
    }
    assertThat(plane.processes()).isNotEmpty().noneMatch(line -> line.contains(TOKEN));
  }

  /// Pipelines show a token of their code host instead, and reach nothing else.
  @Test
  void whatPipelinesUseLeadsNowhereElse() throws Exception {
    var path = "/pipelines/github.com/pull-requests/1";
    assertThat(status(path, "Bearer " + TOKEN)).isEqualTo(401);
    assertThat(status(path + "/../../../environments", "Bearer x")).isIn(400, 401);
    assertThat(status(path + "/..%2F..%2F..%2Fenvironments", "Bearer x")).isIn(400, 401);
    assertThat(status(path + "?app=shop&x=/api/v1/environments", "Bearer x")).isEqualTo(401);
    assertThat(status(path + "%3F/../environments", "Bearer x")).isIn(400, 401);
  }

  /// Skips PostgreSQL's own programs, which are large.
  private static boolean isWritten(Path file) {
    return Files.isRegularFile(file) && !file.toString().contains("/postgres/programs-");
  }

  private int status(String authorization) throws Exception {
    return status("/environments", authorization);
  }

  private int status(String path, String authorization) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(plane.api() + path));
    if (!authorization.isEmpty()) {
      request.header("Authorization", authorization);
    }
    try (var client = HttpClient.newHttpClient()) {
      return client.send(request.build(), BodyHandlers.discarding()).statusCode();
    }
  }

  private int ephemeral(Stream<String> arguments) throws Exception {
    return command(Stream.concat(Plane.commandLine().stream(), arguments).toArray(String[]::new));
  }

  private int command(String... command) throws IOException, InterruptedException {
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("EPHEMERAL_HOME", plane.home.toString());
    builder.environment().put("EPHEMERAL_TOKEN", TOKEN);
    var process = builder.start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }
}
