package run.ephemeral.wire;

import org.jspecify.annotations.Nullable;

/// A part of an environment.
///
/// @param kind service, chart, database or test
/// @param state waiting, building, starting, ready, failing, stopped, passed or failed
/// @param detail the state in a sentence
/// @param cause the same as data; absent from a control plane of an older version
/// @param url its public address
/// @param address the address for other services of the environment
/// @param pid the process that serves; absent when none does
/// @param restarts how often the service was started again after its process ended by itself
public record ComponentView(
    String kind,
    String name,
    String state,
    String detail,
    @Nullable CauseView cause,
    @Nullable String url,
    @Nullable String address,
    @Nullable Long pid,
    int restarts) {}
