package run.ephemeral.engine.process.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.engine.process.file.Folders;

/// All processes of one start: the root, its descendants, and processes that are no descendants any
/// more but are in the root's session or carry its mark. A process that left the tree, has its own
/// session and dropped its variables is not found.
///
/// Without `/proc`, as on macOS, a process that left the tree is not found, and a process is
/// identified by its id and start time. A zombie (in a container without an init, nobody reaps it)
/// counts as ended. If an entry in `/proc` cannot be read right now, the process is neither running
/// nor ended: an exception is thrown.
public final class ProcessTree {
  private static final Logger LOG = LoggerFactory.getLogger(ProcessTree.class);
  private static final Path PROC = Path.of("/proc");
  private static final Duration BETWEEN = Duration.ofMillis(5);
  private static final Duration LONGEST_KILL = Duration.ofSeconds(30);
  private static final Duration LONGEST_BLINDNESS = Duration.ofSeconds(20);
  private static final Duration START_DIFFERS = Duration.ofMinutes(1);
  private static final int LOOKS = 20;

  /// The system's error when a process ends between opening its entry and reading it.
  private static final String GONE = "No such process";

  private final Optional<ProcessHandle> root;
  private final String mark;

  /// @param root may have just ended; an id of a process that ended earlier may be reused
  /// @param mark the value of [Spawn#MARK] or of [Spawn#EXECUTION]
  public ProcessTree(Optional<ProcessHandle> root, String mark) {
    this.root = root;
    this.mark = mark;
  }

  /// The process with this id, if it has this mark and is not a later process with the same id.
  ///
  /// @throws UncheckedIOException if `/proc` cannot be read right now
  public static Optional<ProcessHandle> find(long pid, String mark, Instant startedAt) {
    return handle(pid)
        .filter(ProcessTree::runs)
        .filter(
            process -> canReadMarks() ? carries(process, mark) : startedAround(process, startedAt));
  }

  /// Asks again if `/proc` has the process: the JDK reports it as absent when its entry cannot be
  /// opened, such as for lack of file descriptors.
  private static Optional<ProcessHandle> handle(long pid) {
    var found = ProcessHandle.of(pid);
    return found.isPresent() || stat(pid).isEmpty() ? found : ProcessHandle.of(pid);
  }

  private static Optional<String> mark(long pid) {
    var variable = Spawn.MARK + "=";
    return Stream.of(environment(pid).split("\0"))
        .filter(line -> line.startsWith(variable))
        .map(line -> line.substring(variable.length()))
        .findFirst();
  }

  /// Any process with this mark.
  public static Optional<ProcessHandle> find(String mark) {
    return marked(mark).min((a, b) -> Long.compare(a.pid(), b.pid()));
  }

  /// Waits for the end of a process, whether a child of this JVM or not. Checks again, since the
  /// JDK reports an end, too, when it could not look at the process.
  public static void awaitEnd(ProcessHandle process) throws InterruptedException {
    while (runs(process)) {
      try {
        process.onExit().get(1, TimeUnit.SECONDS);
        Thread.sleep(BETWEEN);
      } catch (TimeoutException e) {
        LOG.trace("{} is still running", process);
      } catch (ExecutionException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /// Asks all processes but the root to end (SIGTERM), and kills those that run after `grace`.
  /// Returns when none is left, or when the remaining ones cannot be killed. An interrupt ends the
  /// grace time; the interrupt flag is kept. Retries for a while if `/proc` cannot be read.
  ///
  /// @throws UncheckedIOException if `/proc` cannot be read for too long
  public void end(Duration grace) {
    var interrupted = Thread.interrupted();
    var until = System.nanoTime() + LONGEST_BLINDNESS.toNanos();
    try {
      while (true) {
        try {
          interrupted |= endNow(interrupted ? Duration.ZERO : grace);
          return;
        } catch (RuntimeException e) {
          if (System.nanoTime() > until) {
            throw e;
          }
          LOG.warn("processes of {} cannot be listed, trying again: {}", mark, e.toString());
          interrupted |= pause();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /// @return whether the thread was interrupted
  private boolean endNow(Duration grace) {
    var interrupted = false;
    var shell = root.map(ProcessHandle::pid).orElse(-1L);
    var asked = members();
    for (var process : asked) {
      if (process.pid() != shell) {
        process.destroy();
      }
    }
    var until = System.nanoTime() + grace.toNanos();
    while (!interrupted
        && System.nanoTime() < until
        && asked.stream().anyMatch(ProcessTree::runs)) {
      interrupted = pause();
    }
    return kill() || interrupted;
  }

  /// @return whether the thread was interrupted
  private boolean kill() {
    var interrupted = false;
    var until = System.nanoTime() + LONGEST_KILL.toNanos();
    for (var left = members(); !left.isEmpty(); left = members()) {
      if (System.nanoTime() > until) {
        LOG.warn("processes cannot be killed, giving up: {}", left);
        break;
      }
      left.forEach(ProcessHandle::destroyForcibly);
      interrupted |= pause();
    }
    return interrupted;
  }

  private static boolean pause() {
    try {
      Thread.sleep(BETWEEN);
      return false;
    } catch (InterruptedException e) {
      return true;
    }
  }

  /// All members that are running.
  public Set<ProcessHandle> members() {
    var all = new LinkedHashSet<ProcessHandle>();
    root.ifPresent(process -> process.descendants().forEach(all::add));
    if (canReadMarks()) {
      all().filter(this::belongs).forEach(all::add);
    }
    root.ifPresent(all::add);
    all.removeIf(process -> !runs(process));
    return all;
  }

  /// Every process of the machine. The JDK omits those that it could not look at, such as for lack
  /// of file descriptors; here that is a failure.
  private static Stream<ProcessHandle> all() {
    try {
      return Folders.list(PROC).stream()
          .map(entry -> String.valueOf(entry.getFileName()))
          .filter(name -> name.matches("[0-9]+"))
          .flatMap(name -> handle(Long.parseLong(name)).stream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean canReadMarks() {
    return Files.exists(PROC.resolve("self/environ"));
  }

  private static boolean startedAround(ProcessHandle process, Instant time) {
    return process
        .info()
        .startInstant()
        .filter(start -> Duration.between(start, time).abs().compareTo(START_DIFFERS) < 0)
        .isPresent();
  }

  /// Every process whose mark has this prefix, by mark.
  public static Map<String, List<ProcessHandle>> beginning(String beginning) {
    if (!canReadMarks()) {
      return Map.of();
    }
    var found = new HashMap<String, List<ProcessHandle>>();
    all()
        .filter(ProcessTree::runs)
        .forEach(
            process ->
                mark(process.pid())
                    .filter(mark -> mark.startsWith(beginning))
                    .ifPresent(
                        mark ->
                            found.computeIfAbsent(mark, any -> new ArrayList<>()).add(process)));
    return found;
  }

  private boolean belongs(ProcessHandle process) {
    return hasMark(environment(process.pid()), mark)
        || root.filter(leader -> session(process.pid()) == leader.pid()).isPresent();
  }

  private static Stream<ProcessHandle> marked(String mark) {
    return canReadMarks()
        ? all().filter(process -> hasMark(environment(process.pid()), mark))
        : Stream.empty();
  }

  /// Retries while there are no variables: during exec(2) a process has none for a moment.
  private static boolean carries(ProcessHandle process, String mark) {
    var environment = environment(process.pid());
    for (int i = 0; i < LOOKS && environment.isEmpty() && runs(process); i++) {
      if (pause()) {
        Thread.currentThread().interrupt();
        break;
      }
      environment = environment(process.pid());
    }
    return hasMark(environment, mark);
  }

  private static String environment(long pid) {
    return read(pid, "environ");
  }

  private static boolean hasMark(String environment, String mark) {
    return environment.contains("=" + mark)
        && Stream.of(environment.split("\0"))
            .anyMatch(
                line ->
                    line.equals(Spawn.MARK + "=" + mark)
                        || line.equals(Spawn.EXECUTION + "=" + mark));
  }

  /// @throws UncheckedIOException if `/proc` cannot be read right now, which the JDK reports as an
  ///     end
  private static boolean runs(ProcessHandle process) {
    var alive = process.isAlive();
    var stat = stat(process.pid());
    // Another process may have the id by now; or the JDK could not look, and a retry succeeds.
    for (int i = 0; i < LOOKS && !alive && !stat.isEmpty(); i++) {
      alive = process.isAlive();
      stat = stat(process.pid());
    }
    return alive && !stat.startsWith("Z");
  }

  /// The process that leads the session; 0 if unknown.
  private static long session(long pid) {
    var fields = stat(pid).split(" ", 5);
    return fields.length == 5 ? Long.parseLong(fields[3]) : 0;
  }

  /// The fields of `stat` after the process name, which may hold anything: state, parent, group,
  /// session.
  private static String stat(long pid) {
    var stat = read(pid, "stat");
    return stat.substring(Math.min(stat.length(), stat.lastIndexOf(')') + 2));
  }

  /// Empty if there is no such process, or access is denied.
  private static String read(long pid, String file) {
    var folder = PROC.resolve(Long.toString(pid));
    try {
      return new String(Files.readAllBytes(folder.resolve(file)), UTF_8);
    } catch (NoSuchFileException | AccessDeniedException e) {
      return "";
    } catch (IOException e) {
      if (Files.exists(folder) && !String.valueOf(e.getMessage()).contains(GONE)) {
        throw new UncheckedIOException(e);
      }
      return "";
    }
  }
}
