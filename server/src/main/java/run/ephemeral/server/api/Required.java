package run.ephemeral.server.api;

import org.jspecify.annotations.Nullable;

/// What a request must have. JSON knows nothing of `@NullMarked`.
final class Required {
  private Required() {}

  /// @throws IllegalArgumentException with what is missing
  static <T> T of(@Nullable T value, String what) {
    if (value == null) {
      throw new IllegalArgumentException("the request lacks " + what);
    }
    return value;
  }
}
