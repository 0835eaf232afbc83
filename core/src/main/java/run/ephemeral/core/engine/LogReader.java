package run.ephemeral.core.engine;

import java.util.List;

/// Reads and follows one log from near its end: whole lines, each once, in order.
///
/// Where the log was truncated before it was read, a line says so. An overlong line is cut once. An
/// unterminated last line is returned after a while without additions; later additions form another
/// line. For one thread at a time.
public interface LogReader extends AutoCloseable {
  /// The lines since the last call, up to one read buffer; empty when no new line exists.
  List<String> next();

  /// All remaining lines, with the last one even if unterminated.
  List<String> rest();

  @Override
  void close();
}
