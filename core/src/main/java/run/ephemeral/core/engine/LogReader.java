package run.ephemeral.core.engine;

import java.util.List;

/// Reads one log from near its end and then on: whole lines, each once, in order.
///
/// What was removed from a log before it was read, because the log grew faster than it is kept,
/// is told as a line in its place. An overlong line is cut once. A line that its writer has not
/// ended is given when nothing was added to it for a while; what is added later is another line.
/// For one thread at a time.
public interface LogReader extends AutoCloseable {
  /// The lines since the last call, as many as are read at once; empty when there are none yet.
  List<String> next();

  /// All that is there now: with the last line, though its writer has not ended that.
  List<String> rest();

  @Override
  void close();
}
