package run.ephemeral.server;

/// An expected reason why the control plane cannot start. The message says what to do.
final class StartFault extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// The exit codes of the command line, which docs/reference/cli.md lists.
  static final int FAILED = 1;

  private static final int USAGE = 2;
  static final int REFUSED = 5;

  private final int exit;

  StartFault(String message) {
    this(FAILED, message);
  }

  private StartFault(int exit, String message) {
    super(message);
    this.exit = exit;
  }

  /// What it was told makes no sense.
  static StartFault usage(String message) {
    return new StartFault(USAGE, message);
  }

  /// Another program has what it needs.
  static StartFault refused(String message) {
    return new StartFault(REFUSED, message);
  }

  /// The code with which the process ends.
  int exit() {
    return exit;
  }
}
