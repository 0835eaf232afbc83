package run.ephemeral.cli;

import java.util.List;

/// An expected failure of a command: what went wrong and what to do next, for people.
///
/// Not for bugs: those keep their exception, whose stack trace `--debug` shows.
public final class CliFault extends RuntimeException {
  private final int exit;
  private final List<String> next;

  /// @param message what, where and why, in a sentence
  /// @param next what to do about it; each is printed on a line of its own
  public CliFault(int exit, String message, String... next) {
    super(message);
    this.exit = exit;
    this.next = List.of(next);
  }

  public int exit() {
    return exit;
  }

  public List<String> next() {
    return next;
  }

  public String message() {
    return String.valueOf(getMessage());
  }
}
