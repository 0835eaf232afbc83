package run.ephemeral.wire;

import org.jspecify.annotations.Nullable;

/// `server.json` in the home folder: the addresses of this machine's control plane. Written when
/// the control plane answers requests, removed when it stops; the pid shows whether a left file is
/// stale.
///
/// @param token the token that requests must carry; absent on a loopback address
public record ServerFile(
    long pid, String api, String gateway, String version, @Nullable String token) {}
