package run.ephemeral.core.engine;

import java.time.Duration;
import java.util.Optional;

/// A command that runs on behalf of a service, without a terminal and without input.
///
/// It ends with the process of its service if that ran when it began, with its environment, and
/// with the control plane. What it printed is kept back, not collected, until somebody asks: a
/// command whose output nobody takes waits. [#next] is for one thread at a time.
public interface Execution extends AutoCloseable {
  /// Waits for what the command does next. After [Piece.Exited] there is nothing more.
  ///
  /// @return empty when the command printed nothing within this time
  Optional<Piece> next(Duration atMost) throws InterruptedException;

  /// Ends the command and everything that it started. Returns when none of that is left. May be
  /// called more than once, and by any thread.
  @Override
  void close();

  /// What the command did.
  sealed interface Piece {
    /// @param text never ends within a character
    record Output(Channel channel, String text) implements Piece {}

    /// By then everything that the command left running has ended too.
    ///
    /// @param code its exit code; as shells do, 128 and its number for a signal
    record Exited(int code) implements Piece {}
  }

  /// Where it printed.
  enum Channel {
    STDOUT,
    STDERR
  }
}
