package run.ephemeral.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import run.ephemeral.testkit.Plane;

/// The product, run by its launcher as users do, in its own home. Everything is removed when it is
/// closed, and when the benchmark is interrupted.
final class Product implements AutoCloseable {
  final Path folder;
  final Plane plane;
  private final List<Work> before = new CopyOnWriteArrayList<>();
  private final List<Work> afterwards = new CopyOnWriteArrayList<>();
  private final Thread goodbye = new Thread(this::leave);

  Product() throws IOException {
    folder = Files.createTempDirectory("ephemeral-bench-");
    plane = new Plane(folder.resolve("home"));
    Runtime.getRuntime().addShutdownHook(goodbye);
  }

  /// Part of the removal.
  interface Work {
    void run() throws IOException, InterruptedException;
  }

  /// Adds what is to be done before the control plane ends.
  void before(Work work) {
    before.add(work);
  }

  /// Adds what is to be done once the control plane has ended, in the order of these calls.
  void afterwards(Work work) {
    afterwards.add(work);
  }

  /// Runs the launcher and waits for its end.
  ///
  /// @return its output
  String run(String... arguments) throws IOException, InterruptedException {
    return finish(launcher(arguments));
  }

  ProcessBuilder launcher(String... arguments) {
    var command = new ArrayList<>(List.of(Plane.ROOT.resolve("ephemeral").toString()));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command);
    builder.environment().put("EPHEMERAL_HOME", plane.home.toString());
    builder.environment().put("EPHEMERAL_BUILD", "never");
    return builder;
  }

  /// Runs git in a folder, with a user that does not depend on the machine's configuration.
  static String git(Path folder, String... arguments) throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of("git", "-c", "user.name=Bench", "-c"));
    command.add("user.email=bench@example.org");
    command.addAll(List.of(arguments));
    return finish(new ProcessBuilder(command).directory(folder.toFile())).strip();
  }

  /// @return what it printed
  static String finish(ProcessBuilder builder) throws IOException, InterruptedException {
    var process = builder.redirectErrorStream(true).start();
    process.getOutputStream().close();
    var said = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", builder.command()) + " failed: " + said);
    }
    return said;
  }

  /// May be repeated: an interrupt may come in the middle of it.
  private synchronized void leave() {
    try {
      try {
        end();
      } finally {
        for (var work : afterwards) {
          work.run();
        }
      }
      if (Files.exists(folder)) {
        delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void end() throws IOException, InterruptedException {
    var file = plane.serverFile();
    if (file.isEmpty()) {
      return;
    }
    try {
      if (plane.answers()) {
        for (var work : before) {
          work.run();
        }
      }
      run("down", "--purge", "--yes");
    } catch (IOException | UncheckedIOException e) {
      // An interrupt by the terminal reaches the control plane, too, which ends by itself then.
      var process = ProcessHandle.of(file.get().path("pid").asLong());
      process.ifPresent(it -> it.onExit().completeOnTimeout(it, 30, TimeUnit.SECONDS).join());
      if (process.isEmpty() || process.get().isAlive()) {
        throw e;
      }
    }
  }

  static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Override
  public void close() {
    leave();
    try {
      Runtime.getRuntime().removeShutdownHook(goodbye);
    } catch (IllegalStateException e) {
      // An interrupt came meanwhile, and it runs now.
    }
  }
}
