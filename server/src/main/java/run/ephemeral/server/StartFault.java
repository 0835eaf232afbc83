package run.ephemeral.server;

/// An expected reason why the control plane cannot start. The message says what to do.
final class StartFault extends RuntimeException {
  private static final long serialVersionUID = 1;

  StartFault(String message) {
    super(message);
  }
}
