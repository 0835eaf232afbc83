package run.ephemeral.engine.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/// Runs a command to its end: a build, a seed, a test. When nobody wants it any more, or its
/// time is up, everything it started ends with it; what it left running behind ends too.
final class Commands {
  private static final Duration GRACE = Duration.ofSeconds(2);
  private static final int KILLED = 137;

  private final Spawn spawn;
  private final Path scratch;

  /// @param scratch a folder for what is needed while a command runs, and not a moment longer
  Commands(Spawn spawn, Path scratch) {
    this.spawn = spawn;
    this.scratch = scratch;
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
    var mark = UUID.randomUUID().toString();
    var facts = Files.createDirectories(scratch.resolve(mark));
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

  /// An empty folder to work in. Who takes it deletes it.
  Path folder() throws IOException {
    return Files.createTempDirectory(Files.createDirectories(scratch), "work-");
  }

  /// Ends what a control plane that was killed had under way, and removes what it left.
  void tidy() throws IOException {
    for (var left : Folders.list(scratch)) {
      var mark = String.valueOf(left.getFileName());
      new ProcessTree(root(left, mark), mark).end(GRACE);
      Folders.delete(left);
    }
  }

  private static Optional<ProcessHandle> root(Path facts, String mark) {
    try {
      var pid = Long.parseLong(Files.readString(facts.resolve("pid")).strip());
      var began = Files.getLastModifiedTime(facts.resolve("pid")).toInstant();
      return ProcessTree.find(pid, mark, began);
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static int exitCode(Path facts) throws IOException {
    var file = facts.resolve("exit");
    try {
      return Integer.parseInt(Files.readString(file).strip());
    } catch (NoSuchFileException | NumberFormatException e) {
      return KILLED;
    }
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
