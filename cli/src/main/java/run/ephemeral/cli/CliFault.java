package run.ephemeral.cli;

import java.util.List;

/// An expected end of a command: what went wrong and what to do next, for people.
///
/// Not for bugs: those stay what they are and reach the user through `--debug`.
public final class CliFault extends RuntimeException {
  private final int exit;
  private final List<String> next;

  /// @param message what, where and why, in a sentence
  /// @param next what to do about it; each shown on a line of its own
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
