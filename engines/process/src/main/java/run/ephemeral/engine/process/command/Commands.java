package run.ephemeral.engine.process.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import run.ephemeral.core.Seconds;
import run.ephemeral.engine.process.file.Folders;
import run.ephemeral.engine.process.file.ShellFiles;
import run.ephemeral.engine.process.log.LastWords;
import run.ephemeral.engine.process.log.LogFiles;

/// Runs a command to its end: a build, a seed, a test. Then, and on an interrupt or after the time
/// limit, every process that the command started is ended.
public final class Commands {
  private static final Duration GRACE = Duration.ofSeconds(2);

  /// The exit code of a killed command, as shells report SIGKILL.
  public static final int KILLED = 137;

  private final Spawn spawn;
  private final Marks marks;
  private final Path scratch;
  private final Set<Path> logs = ConcurrentHashMap.newKeySet();

  /// The names in the scratch folder that are in use. Processes that run in a folder have its name
  /// as their mark.
  private final Set<String> underWay = ConcurrentHashMap.newKeySet();

  /// @param scratch parent of the folders that exist while a command runs
  public Commands(Spawn spawn, Marks marks, Path scratch) {
    this.spawn = spawn;
    this.marks = marks;
    this.scratch = scratch;
  }

  /// A folder that is deleted on close.
  public final class Scratch implements AutoCloseable {
    private final String name;

    private Scratch(String what) throws IOException {
      name = marks.next(what);
      underWay.add(name);
      try {
        Files.createDirectories(path());
      } catch (IOException e) {
        underWay.remove(name);
        throw e;
      }
    }

    public Path path() {
      return scratch.resolve(name);
    }

    /// The mark of processes that run in this folder.
    String mark() {
      return name;
    }

    @Override
    public void close() throws IOException {
      try {
        Folders.delete(path());
      } finally {
        underWay.remove(name);
      }
    }
  }

  /// How a command ended.
  ///
  /// @param code the exit code; -1 after a timeout
  public record Result(int code, Duration took, String words) {
    public boolean passed() {
      return code == 0;
    }

    /// Such as `exited 1 after 0.4 s: port must be a number`.
    public String sentence() {
      var end =
          code == -1
              ? "did not end within " + Seconds.text(took)
              : ShellFiles.isSignal(code)
                  ? "was killed after " + Seconds.text(took)
                  : "exited " + code + " after " + Seconds.text(took);
      return words.isEmpty() ? end : end + ": " + words;
    }
  }

  public Result run(
      Path directory, String command, Map<String, String> env, Path log, Duration limit)
      throws IOException, InterruptedException {
    LogFiles.prepare(log);
    var from = Files.exists(log) ? Files.size(log) : 0;
    try (var facts = new Scratch("command")) {
      var marked = new TreeMap<>(env);
      marked.put(Spawn.MARK, facts.name);
      var began = System.nanoTime();
      var process = spawn.start(facts.path(), directory, command, marked, log);
      var tree = new ProcessTree(Optional.of(process.toHandle()), facts.name);
      logs.add(log);
      try {
        var inTime = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        var took = Duration.ofNanos(System.nanoTime() - began);
        var code = inTime ? exitCode(facts.path()) : -1;
        return new Result(code, took, LastWords.of(log, from));
      } finally {
        tree.end(GRACE);
        logs.remove(log);
      }
    }
  }

  /// The logs of running commands.
  public Stream<Path> logs() {
    return logs.stream();
  }

  /// An empty folder to work in.
  public Scratch folder() throws IOException {
    return new Scratch("work");
  }

  /// A folder for the `pid` and `exit` files of a command that the caller runs.
  public Scratch notes(String what) throws IOException {
    return new Scratch(what);
  }

  /// The names of the folders in use.
  public Set<String> underWay() {
    return Set.copyOf(underWay);
  }

  /// All folders, in use or not.
  public List<Path> folders() throws IOException {
    return Folders.list(scratch);
  }

  /// Removes a folder that is not in use, and ends the processes with its mark.
  public void discard(String name) throws IOException {
    if (!underWay.contains(name)) {
      discard(scratch.resolve(name));
    }
  }

  /// Ends commands of a control plane that was killed, and removes their folders.
  public void tidy() throws IOException {
    for (var left : folders()) {
      discard(left);
    }
  }

  private static void discard(Path left) throws IOException {
    var mark = String.valueOf(left.getFileName());
    new ProcessTree(root(left, mark), mark).end(GRACE);
    Folders.delete(left);
  }

  private static Optional<ProcessHandle> root(Path facts, String mark) {
    var shell = new ShellFiles(facts);
    return shell
        .pid()
        .flatMap(pid -> shell.pidAt().flatMap(began -> ProcessTree.find(pid, mark, began)));
  }

  private static int exitCode(Path facts) {
    return new ShellFiles(facts).exitCode().orElse(KILLED);
  }
}
