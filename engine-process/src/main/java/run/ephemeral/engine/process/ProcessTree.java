package run.ephemeral.engine.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Everything that came of one start: the process, its descendants, and those that left the
/// family but still carry its mark.
final class ProcessTree {
  private static final Path PROC = Path.of("/proc");
  private static final Duration BETWEEN = Duration.ofMillis(5);

  private final Optional<ProcessHandle> root;
  private final String mark;

  /// @param mark the value of [Spawn#MARK]
  ProcessTree(Optional<ProcessHandle> root, String mark) {
    this.root = root;
    this.mark = mark;
  }

  /// The process with this id, if it is the one with this mark and not a later one with the
  /// same id.
  static Optional<ProcessHandle> find(long pid, String mark) {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .filter(process -> !canReadMarks() || hasMark(pid, mark));
  }

  /// Any process with this mark.
  static Optional<ProcessHandle> find(String mark) {
    return marked(mark).min((a, b) -> Long.compare(a.pid(), b.pid()));
  }

  /// Asks all to end, and makes those end that did not within this time. Returns when none is
  /// left.
  void end(Duration grace) throws InterruptedException {
    var shell = root.map(ProcessHandle::pid).orElse(-1L);
    var asked = members();
    for (var process : asked) {
      if (process.pid() != shell) {
        process.destroy();
      }
    }
    var until = System.nanoTime() + grace.toNanos();
    while (System.nanoTime() < until && asked.stream().anyMatch(ProcessHandle::isAlive)) {
      Thread.sleep(BETWEEN);
    }
    for (var left = members(); !left.isEmpty(); left = members()) {
      left.forEach(ProcessHandle::destroyForcibly);
      Thread.sleep(BETWEEN);
    }
  }

  private Set<ProcessHandle> members() {
    var all = new LinkedHashSet<ProcessHandle>();
    root.ifPresent(process -> process.descendants().forEach(all::add));
    marked(mark).forEach(all::add);
    root.ifPresent(all::add);
    all.removeIf(process -> !process.isAlive());
    return all;
  }

  private static boolean canReadMarks() {
    return Files.exists(PROC.resolve("self/environ"));
  }

  private static Stream<ProcessHandle> marked(String mark) {
    return canReadMarks()
        ? ProcessHandle.allProcesses().filter(process -> hasMark(process.pid(), mark))
        : Stream.empty();
  }

  private static boolean hasMark(long pid, String mark) {
    try {
      var environment = Files.readAllBytes(PROC.resolve(Long.toString(pid)).resolve("environ"));
      var wanted = Spawn.MARK + "=" + mark;
      return Stream.of(new String(environment, UTF_8).split("\0")).anyMatch(wanted::equals);
    } catch (IOException e) {
      return false;
    }
  }
}
