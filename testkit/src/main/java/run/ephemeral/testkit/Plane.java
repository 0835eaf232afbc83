package run.ephemeral.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// A packaged control plane with its own home, and the packaged command line as its client.
public final class Plane implements AutoCloseable {
  /// The project's folder; tests run in their module's folder.
  public static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Path SERVER = ROOT.resolve("server/target/quarkus-app/quarkus-run.jar");

  /// The argument that names the file with its JVM options.
  public static final String JVM = "@" + SERVER.resolveSibling("jvm.args");

  private static final Path CLI = ROOT.resolve("cli/target/cli-0.1.0.jar");
  private static final Duration SHUTDOWN = Duration.ofSeconds(90);
  private static final ObjectMapper JSON = new ObjectMapper();

  public final Path home;
  private final HttpClient http = HttpClient.newHttpClient();

  /// Variables of the control plane besides those of the test.
  public final Map<String, String> environment = new HashMap<>();

  public Plane(Path home) {
    this.home = home;
  }

  /// Exit code and output of a command.
  public record Said(int code, String out) {}

  /// Starts the control plane: the first time on free ports, later on the same ports.
  public void start(String... options) throws IOException {
    launch(options);
    awaitAnswer();
  }

  public void awaitAnswer() {
    Eventually.eventually("the control plane answers", this::answers);
  }

  /// Like [#start], but does not wait.
  public Process launch(String... options) throws IOException {
    var command = new ArrayList<>(List.of(java(), JVM, "-Dephemeral.home=" + home));
    if (!Files.exists(home.resolve("ports"))) {
      command.addAll(List.of("-Dephemeral.listen=127.0.0.1:0", "-Dephemeral.gateway.port=0"));
    }
    command.addAll(List.of(options));
    command.addAll(List.of("-jar", SERVER.toString()));
    Files.createDirectories(home);
    var log = home.resolve("server.log").toFile();
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    return builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log)).start();
  }

  public boolean answers() {
    return serverFile()
        .filter(file -> ProcessHandle.of(file.get("pid").asLong()).isPresent())
        .map(file -> status(file.get("api").asText() + "/api/v1/status") == 200)
        .orElse(false);
  }

  private int status(String url) {
    try {
      return http.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.discarding())
          .statusCode();
    } catch (IOException e) {
      return -1;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  public Optional<JsonNode> serverFile() {
    try {
      return Optional.of(JSON.readTree(Files.readString(home.resolve("server.json"))));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  public String api() {
    return url() + "/api/v1";
  }

  /// Where it listens.
  public String url() {
    return serverFile().orElseThrow().get("api").asText();
  }

  public long pid() {
    return serverFile().orElseThrow().get("pid").asLong();
  }

  public int gatewayPort() {
    return URI.create(serverFile().orElseThrow().get("gateway").asText()).getPort();
  }

  /// Kills the control plane (SIGKILL).
  public void kill() {
    var process = ProcessHandle.of(pid()).orElseThrow();
    process.destroyForcibly();
    process.onExit().join();
  }

  public JsonNode get(String path) {
    return json(send(HttpRequest.newBuilder(URI.create(api() + path)).build()).body());
  }

  public JsonNode environment(String name) {
    return get("/environments/" + name);
  }

  /// Sends a command, such as `sleep`.
  public HttpResponse<String> command(String environment, String command) {
    var body = "{\"command\":\"" + command + "\"}";
    return ask("POST", "/environments/" + environment + "/commands", body);
  }

  /// @param body JSON; empty for none
  public HttpResponse<String> ask(String method, String path, String body) {
    return send(
        HttpRequest.newBuilder(URI.create(api() + path))
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  public HttpResponse<String> send(HttpRequest request) {
    try {
      return http.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  public static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Requests a front page like a browser.
  public HttpResponse<String> page(String label) {
    var url = URI.create("http://127.0.0.1:" + gatewayPort() + "/");
    var host = label + ".localhost:" + gatewayPort();
    return send(
        HttpRequest.newBuilder(url).header("Host", host).header("Accept", "text/html").build());
  }

  public void awaitPhase(String name, String phase) {
    Eventually.eventually(
        name + " is " + phase, () -> environment(name).path("phase").asText().equals(phase));
  }

  /// The process id of a service; empty when it does not run.
  public Optional<Long> pid(String environment, String service) {
    for (var component : environment(environment).path("components")) {
      if (component.get("name").asText().equals(service) && !component.get("pid").isNull()) {
        return Optional.of(component.get("pid").asLong());
      }
    }
    return Optional.empty();
  }

  public List<String> events(String environment) {
    var texts = new ArrayList<String>();
    get("/environments/" + environment + "/events?limit=200")
        .forEach(event -> texts.add(event.get("text").asText()));
    return texts;
  }

  /// Runs the command line to its end.
  public Said cli(String... arguments) throws IOException, InterruptedException {
    return cliIn(home, arguments);
  }

  public Said cliIn(Path folder, String... arguments) throws IOException, InterruptedException {
    var out = Files.createTempFile("cli-", ".out");
    var process = beginCli(folder, out, arguments);
    if (!process.waitFor(120, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("does not end: " + String.join(" ", arguments));
    }
    var said = new Said(process.exitValue(), Files.readString(out));
    Files.delete(out);
    return said;
  }

  /// Begins to run the command line.
  ///
  /// @param out the file for what it says
  public Process beginCli(Path folder, Path out, String... arguments) throws IOException {
    var command = new ArrayList<>(commandLine());
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().put("EPHEMERAL_HOME", home.toString());
    var process = builder.redirectOutput(out.toFile()).start();
    process.getOutputStream().close();
    return process;
  }

  /// The command that runs the command line without the launcher.
  public static List<String> commandLine() {
    var server = "-Dephemeral.server.jar=" + SERVER;
    return List.of(java(), "-XX:TieredStopAtLevel=1", server, "-jar", CLI.toString());
  }

  public static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /// Command lines of all processes that mention this home.
  public List<String> processes() {
    return ProcessHandle.allProcesses()
        .filter(ProcessHandle::isAlive)
        .map(process -> process.info().commandLine().orElse(""))
        .filter(line -> line.contains(home.toString()))
        .toList();
  }

  @Override
  public void close() {
    if (serverFile().isPresent() && answers()) {
      var body = HttpRequest.BodyPublishers.ofString("{\"purge\":true,\"keepRunning\":false}");
      var url = URI.create(api() + "/shutdown");
      var process = ProcessHandle.of(pid()).orElseThrow();
      var answer =
          send(
              HttpRequest.newBuilder(url)
                  .header("Content-Type", "application/json")
                  .POST(body)
                  .build());
      if (answer.statusCode() >= 300) {
        process.destroyForcibly();
        throw new AssertionError("it is not shut down: " + answer.body());
      }
      process.onExit().orTimeout(SHUTDOWN.toSeconds(), TimeUnit.SECONDS).join();
    }
  }
}
