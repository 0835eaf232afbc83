package run.ephemeral.cli;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import run.ephemeral.cli.output.Screen;

/// Calls the program like a user, in a [World] for tests, and captures its output.
final class Shell {
  final Path directory;
  final Map<String, String> environment = new HashMap<>();
  final Map<String, String> properties = new HashMap<>();
  final List<Runnable> interrupts = new CopyOnWriteArrayList<>();
  final AtomicInteger watches = new AtomicInteger();
  private String typed = "";
  private boolean interactive;

  Shell(Path directory) {
    this.directory = directory;
    environment.put("EPHEMERAL_HOME", directory.resolve("home").toString());
    properties.put("user.home", "/home/ada");
    properties.put("java.home", System.getProperty("java.home"));
  }

  Shell(Path directory, FakeControlPlane server) {
    this(directory);
    environment.put("EPHEMERAL_SERVER", server.url());
  }

  Shell typing(String text) {
    typed = text;
    interactive = true;
    return this;
  }

  /// The exit code and output of a call.
  record Said(int code, String out, String err) {}

  Said call(String... args) {
    return begin(args).end();
  }

  /// A running call.
  static final class Call {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Thread thread;
    private volatile int code = -1;

    private Call(World world, String... args) {
      var mine =
          new World(
              world.directory(),
              world.environment(),
              world.properties(),
              world.in(),
              world.interactive(),
              screen(out),
              screen(err),
              world.clock(),
              world.interrupts());
      thread = Thread.ofVirtual().start(() -> code = Main.run(mine, args));
    }

    private static Screen screen(ByteArrayOutputStream bytes) {
      return new Screen(new PrintStream(bytes, true, StandardCharsets.UTF_8), false, false);
    }

    String out() {
      return out.toString(StandardCharsets.UTF_8);
    }

    String err() {
      return err.toString(StandardCharsets.UTF_8);
    }

    boolean isAlive() {
      return thread.isAlive();
    }

    Said end() {
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      return new Said(code, out(), err());
    }
  }

  Call begin(String... args) {
    return new Call(world(), args);
  }

  /// The world of a call, with output that is discarded.
  World world() {
    var nothing = Call.screen(new ByteArrayOutputStream());
    return new World(
        directory,
        environment,
        properties,
        new BufferedReader(new StringReader(typed)),
        interactive,
        nothing,
        nothing,
        () -> Samples.NOW,
        action -> {
          interrupts.add(action);
          watches.incrementAndGet();
          return () -> interrupts.remove(action);
        });
  }

  /// Simulates Ctrl-C.
  void interrupt() {
    interrupts.forEach(Runnable::run);
  }
}
