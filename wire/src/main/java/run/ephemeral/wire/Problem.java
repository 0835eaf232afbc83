package run.ephemeral.wire;

/// Any answer that is not what was asked for: application/problem+json (RFC 9457).
///
/// @param kind user, capacity, external or internal
/// @param detail what, where and what to do next
public record Problem(String type, String title, int status, String detail, String kind) {}
