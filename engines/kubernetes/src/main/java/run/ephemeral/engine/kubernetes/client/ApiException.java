package run.ephemeral.engine.kubernetes.client;

import java.io.Serial;
import java.time.Duration;
import java.util.Optional;

/// An answer of the API server that is no success, or none at all.
public final class ApiException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  private final int status;
  private final String reason;
  private final Duration pause;

  /// @param status 0 when the server did not answer
  /// @param reason the server's machine-readable reason, such as `AlreadyExists`; may be empty
  public ApiException(int status, String reason, String message) {
    this(status, reason, message, Optional.empty());
  }

  /// @param retryAfter when the server wants to be asked again
  ApiException(int status, String reason, String message, Optional<Duration> retryAfter) {
    super(message);
    this.status = status;
    this.reason = reason;
    this.pause = retryAfter.orElse(Duration.ZERO);
  }

  public ApiException(String message, Throwable cause) {
    super(message, cause);
    this.status = 0;
    this.reason = "";
    this.pause = Duration.ZERO;
  }

  public int status() {
    return status;
  }

  public String reason() {
    return reason;
  }

  /// How long the server wants not to be asked; zero when it did not say.
  public Duration retryAfter() {
    return pause;
  }

  public boolean isConflict() {
    return status == 409;
  }

  public boolean isMissing() {
    return status == 404;
  }

  /// Whether the request itself is wrong, so that trying again does not help.
  public boolean isRefused() {
    return status == 400 || status == 413 || status == 422;
  }
}
