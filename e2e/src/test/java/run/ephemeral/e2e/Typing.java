package run.ephemeral.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import run.ephemeral.testkit.Plane;

/// Runs the command line with input, as a program and as a person in a terminal.
record Typing(Plane plane, String text) {
  Plane.Said into(String... arguments) throws IOException, InterruptedException {
    var command = new ArrayList<>(Plane.commandLine());
    command.addAll(List.of(arguments));
    return run(command);
  }

  /// In a pseudo-terminal, made by `script` of util-linux.
  Plane.Said inTerminal(String... arguments) throws IOException, InterruptedException {
    var command = new ArrayList<>(Plane.commandLine());
    command.addAll(List.of(arguments));
    var line = command.stream().map(word -> "'" + word + "'").collect(Collectors.joining(" "));
    return run(List.of("script", "-qec", line, "/dev/null"));
  }

  private Plane.Said run(List<String> command) throws IOException, InterruptedException {
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("EPHEMERAL_HOME", plane.home.toString());
    builder.environment().put("TERM", "xterm");
    var process = builder.start();
    try (var keys = process.getOutputStream()) {
      keys.write(text.getBytes(UTF_8));
    }
    var out = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Plane.Said(process.waitFor(), out);
  }
}
