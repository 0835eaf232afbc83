package run.ephemeral.postgres;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Runs PostgreSQL's own programs. They refuse to run as root, so root runs them in a new user
/// namespace, in which its id is that of nobody; outside, their files still belong to root.
final class Invocation {
  private static final List<String> AS_NOBODY = List.of("unshare", "-U");

  private final Path programs;
  private final List<String> prefix;

  Invocation(Path programs) {
    this.programs = programs;
    this.prefix = isRoot() ? AS_NOBODY : List.of();
  }

  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  /// @return the program's output
  /// @throws PostgresTrouble if the program fails, with its output
  String run(int seconds, Path output, String program, String... arguments)
      throws IOException, InterruptedException {
    var command = new ArrayList<>(prefix);
    command.add(programs.resolve("bin").resolve(program).toString());
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(output.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
    builder.environment().put("LC_ALL", "C");
    var process = start(builder);
    process.getOutputStream().close();
    if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new PostgresTrouble(
          "%s did not end within %d s; see %s".formatted(program, seconds, output));
    }
    var printed = java.nio.file.Files.readString(output);
    if (process.exitValue() != 0) {
      throw new PostgresTrouble(
          "%s failed with exit code %d: %s"
              .formatted(program, process.exitValue(), printed.strip()));
    }
    return printed;
  }

  private Process start(ProcessBuilder builder) throws IOException {
    try {
      return builder.start();
    } catch (IOException e) {
      if (prefix.isEmpty()) {
        throw e;
      }
      throw new PostgresTrouble(
          "PostgreSQL refuses to run as root, and `unshare` (package util-linux) is not there;"
              + " install it, or run as another user",
          e);
    }
  }
}
