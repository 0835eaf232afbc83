package run.ephemeral.wire;

import org.jspecify.annotations.Nullable;

/// `server.json` in the home folder: where the control plane of this machine is. Written when
/// it answers, removed when it stops; a file left by a dead one is told by its pid.
///
/// @param token what requests must carry; absent on a loopback address
public record ServerFile(
    long pid, String api, String gateway, String version, @Nullable String token) {}
