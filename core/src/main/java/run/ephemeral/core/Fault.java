package run.ephemeral.core;

/// A failure as data: who has to act, what people are told, and what only the log may contain.
///
/// @param kind decides retry, HTTP status and wording
/// @param message for people: what, where and what to do next; never internals
/// @param context for the log only
public record Fault(Kind kind, String message, String context) {
  /// Who can fix the cause.
  public enum Kind {
    /// The app or the person: a build that fails, a malformed file. Trying again does not help.
    USER,
    /// A limit is reached: the request waits for capacity.
    CAPACITY,
    /// Something outside the product: a network, a git host. Trying again may help.
    EXTERNAL,
    /// A defect of ours.
    INTERNAL
  }

  public static Fault user(String message) {
    return new Fault(Kind.USER, message, "");
  }

  public static Fault capacity(String message) {
    return new Fault(Kind.CAPACITY, message, "");
  }

  public static Fault external(String message, Throwable cause) {
    return new Fault(Kind.EXTERNAL, message, cause.toString());
  }

  public static Fault internal(String message, Throwable cause) {
    return new Fault(Kind.INTERNAL, message, cause.toString());
  }
}
