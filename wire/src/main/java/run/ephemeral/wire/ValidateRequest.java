package run.ephemeral.wire;

/// The text of an `ephemeral.yaml`.
public record ValidateRequest(String text) {
  /// The size of the largest body of a request that is read, this one written as JSON included.
  public static final int MOST_BYTES = 1 << 20;
}
