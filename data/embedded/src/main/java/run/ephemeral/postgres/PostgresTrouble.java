package run.ephemeral.postgres;

/// The server is not available. The message is for people: what, where and what to do.
public final class PostgresTrouble extends RuntimeException {
  private static final long serialVersionUID = 1;

  public PostgresTrouble(String message) {
    super(message);
  }

  public PostgresTrouble(String message, Throwable cause) {
    super(message, cause);
  }
}
