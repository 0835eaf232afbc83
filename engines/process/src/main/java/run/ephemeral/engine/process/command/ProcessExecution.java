package run.ephemeral.engine.process.command;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.engine.Execution;
import run.ephemeral.engine.process.file.ShellFiles;

/// A command with its own session and mark, by which the processes it left running are found.
///
/// The shell above the command reports its end, see [Spawn]. The end of its pipes does not:
/// processes left running may hold them open for ever. Reads never block, so that no thread is lost
/// to a silent command.
public final class ProcessExecution implements Execution {
  private static final Logger LOG = LoggerFactory.getLogger(ProcessExecution.class);
  private static final Duration GRACE = Duration.ofSeconds(2);
  private static final int SHORTEST_PAUSE_MILLIS = 2;
  private static final int LONGEST_PAUSE_MILLIS = 50;

  private final Process shell;
  private final Commands.Scratch notes;
  private final ProcessTree tree;
  private final OutputPipe stdout;
  private final OutputPipe stderr;
  private final Consumer<Execution> afterwards;
  private boolean stderrIsNext;
  private OptionalInt code = OptionalInt.empty();
  private boolean closed;

  /// @param notes the folder of the shell's `pid` and `exit` files
  /// @param afterwards called once, at the end of `close`
  public ProcessExecution(Process shell, Commands.Scratch notes, Consumer<Execution> afterwards) {
    this.shell = shell;
    this.notes = notes;
    this.tree = new ProcessTree(Optional.of(shell.toHandle()), notes.mark());
    this.stdout = new OutputPipe(Channel.STDOUT, shell.getInputStream());
    this.stderr = new OutputPipe(Channel.STDERR, shell.getErrorStream());
    this.afterwards = afterwards;
  }

  @Override
  public Optional<Piece> next(Duration atMost) throws InterruptedException {
    var until = System.nanoTime() + atMost.toNanos();
    var pause = SHORTEST_PAUSE_MILLIS;
    while (true) {
      var piece = look();
      if (piece.isPresent() || System.nanoTime() - until >= 0) {
        return piece;
      }
      Thread.sleep(pause);
      pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
    }
  }

  /// A command's output is in its pipes before its exit code can be read.
  private Optional<Piece> look() {
    try {
      if (code.isEmpty()) {
        code = exitCode();
        if (code.isPresent()) {
          stdout.finish();
          stderr.finish();
        }
      }
      var printed = read();
      if (printed.isPresent() || code.isEmpty()) {
        return printed;
      }
      var rest = stdout.rest().or(stderr::rest);
      if (rest.isPresent()) {
        return rest;
      }
    } catch (IOException e) {
      LOG.debug("{} was closed by another thread", notes.mark(), e);
      code = OptionalInt.of(code.orElse(Commands.KILLED));
    }
    close();
    return Optional.of(new Piece.Exited(code.orElse(Commands.KILLED)));
  }

  /// Reads the two pipes alternately, so that neither delays the other.
  private Optional<Piece> read() throws IOException {
    stderrIsNext = !stderrIsNext;
    for (var pipe : stderrIsNext ? List.of(stderr, stdout) : List.of(stdout, stderr)) {
      var piece = pipe.read();
      if (piece.isPresent()) {
        return piece;
      }
    }
    return Optional.empty();
  }

  private OptionalInt exitCode() {
    var lives = shell.isAlive();
    var said = new ShellFiles(notes.path()).exitCode();
    return said.isPresent() || lives
        ? said.map(OptionalInt::of).orElse(OptionalInt.empty())
        : OptionalInt.of(shell.exitValue());
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      // First: when the shell ends, the JVM reads the rest of open pipes into its memory.
      stdout.close();
      stderr.close();
      shell.getOutputStream().close();
      tree.end(GRACE);
      notes.close();
    } catch (IOException e) {
      LOG.warn("cleaning up after {} failed: {}", notes.mark(), e.toString());
    } finally {
      afterwards.accept(this);
    }
  }
}
