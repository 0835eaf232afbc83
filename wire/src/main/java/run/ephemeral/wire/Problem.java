package run.ephemeral.wire;

/// The body of every error response: application/problem+json (RFC 9457).
///
/// @param kind user, capacity, external or internal
/// @param detail what, where and what to do next
public record Problem(String type, String title, int status, String detail, String kind) {}
