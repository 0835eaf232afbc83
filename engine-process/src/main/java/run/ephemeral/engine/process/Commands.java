package run.ephemeral.engine.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/// Runs a command to its end: a build, a seed, a test. When nobody wants it any more, or its
/// time is up, everything it started ends with it.
final class Commands {
  private static final Duration GRACE = Duration.ofSeconds(2);

  private final Spawn spawn;

  Commands(Spawn spawn) {
    this.spawn = spawn;
  }

  /// How it ended.
  ///
  /// @param code its exit code; -1 when its time was up
  record Result(int code, Duration took, String words) {
    boolean passed() {
      return code == 0;
    }

    /// Such as `exited 1 after 0.4 s: port must be a number`.
    String sentence() {
      var end =
          code == -1
              ? "did not end within " + seconds(took)
              : "exited " + code + " after " + seconds(took);
      return words.isEmpty() ? end : end + ": " + words;
    }
  }

  Result run(Path directory, String command, Map<String, String> env, Path log, Duration limit)
      throws IOException, InterruptedException {
    Files.createDirectories(log.getParent());
    var facts = Files.createTempDirectory("ephemeral-command-");
    var mark = UUID.randomUUID().toString();
    var marked = new TreeMap<>(env);
    marked.put(Spawn.MARK, mark);
    var from = Files.exists(log) ? Files.size(log) : 0;
    var began = System.nanoTime();
    var process = spawn.start(facts, directory, command, marked, log);
    var tree = new ProcessTree(Optional.of(process.toHandle()), mark);
    try {
      var inTime = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
      var took = Duration.ofNanos(System.nanoTime() - began);
      var code = inTime ? exitCode(facts) : -1;
      return new Result(code, took, LastWords.of(log, from));
    } finally {
      tree.end(GRACE);
      Folders.delete(facts);
    }
  }

  private static int exitCode(Path facts) throws IOException {
    var file = facts.resolve("exit");
    return Files.exists(file) ? Integer.parseInt(Files.readString(file).strip()) : 137;
  }

  static String seconds(Duration took) {
    var millis = took.toMillis();
    if (millis < 1_000) {
      return "0.%02d s".formatted(millis / 10);
    }
    return millis < 10_000
        ? "%d.%d s".formatted(millis / 1000, millis % 1000 / 100)
        : millis / 1000 + " s";
  }
}
