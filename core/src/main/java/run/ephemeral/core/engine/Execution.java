package run.ephemeral.core.engine;

import java.time.Duration;
import java.util.Optional;

/// A command that runs on behalf of a service. Without a [Session] it has no terminal and no input.
///
/// It ends with the process of its service if that ran when the command began, with its
/// environment, and with the control plane. Output is not buffered without bound: a command whose
/// output is not read blocks. [#next] is for one thread at a time.
public interface Execution extends AutoCloseable {
  /// Waits for the next piece. [Piece.Exited] is the last one.
  ///
  /// @return empty when the command printed nothing within this time
  Optional<Piece> next(Duration atMost) throws InterruptedException;

  /// Ends the command and all its child processes. Returns when none of them is left. May be called
  /// repeatedly and by any thread.
  @Override
  void close();

  /// Output of the command, or its end.
  sealed interface Piece {
    /// @param text never ends in the middle of a character
    record Output(Channel channel, String text) implements Piece {}

    /// All child processes of the command have ended, too.
    ///
    /// @param code the exit code; 128 plus the number of a signal, as in shells
    record Exited(int code) implements Piece {}
  }

  /// The stream that was written to.
  enum Channel {
    STDOUT,
    STDERR
  }
}
