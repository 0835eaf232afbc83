package run.ephemeral.wire;

import java.time.Instant;

/// The control plane itself.
///
/// @param home the folder with all data of the control plane
/// @param api the address of this API, such as http://127.0.0.1:7070
/// @param gateway the address visitors use, such as http://localhost:8080
public record Status(
    String version,
    long pid,
    String home,
    Instant startedAt,
    String api,
    String gateway,
    String postgres,
    int apps,
    int environments) {}
