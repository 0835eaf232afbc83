package run.ephemeral.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import run.ephemeral.testkit.Plane;

/// A running `ephemeral forward` on a free port.
final class Forward implements AutoCloseable {
  private final Process process;
  private final BufferedReader said;
  private final String address;

  Forward(Plane plane, String environment, String service) throws IOException {
    var command = new ArrayList<>(Plane.commandLine());
    command.addAll(List.of("forward", environment, service));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("EPHEMERAL_HOME", plane.home.toString());
    process = builder.start();
    said = process.inputReader();
    address = next().split(" ", 2)[0];
  }

  /// The next line that it prints.
  String next() throws IOException {
    return String.valueOf(said.readLine());
  }

  HttpResponse<String> get() throws IOException, InterruptedException {
    try (var http = HttpClient.newHttpClient()) {
      var uri = URI.create("http://%s/".formatted(address));
      return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
