package run.ephemeral.engine.process;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import run.ephemeral.core.Digest;
import run.ephemeral.core.engine.Instance;
import run.ephemeral.core.engine.InstanceId;
import run.ephemeral.core.environment.Environment.Place;
import run.ephemeral.core.spec.ComponentName;

/// One start of one service, as it is written down before its process is.
///
/// @param build the order's key: which artifact its folder is a copy of
/// @param mark by which its processes are known
/// @param logFrom where in the service's log its own lines begin
/// @param pid of the shell above the service; 0 while that is not known
record Live(
    Place environment,
    InstanceId id,
    ComponentName service,
    Digest unit,
    Digest build,
    int attempt,
    int failures,
    int port,
    Instant startedAt,
    String mark,
    long logFrom,
    long pid,
    Instance.State state) {

  Live with(Instance.State next) {
    return new Live(
        environment,
        id,
        service,
        unit,
        build,
        attempt,
        failures,
        port,
        startedAt,
        mark,
        logFrom,
        pid,
        next);
  }

  Live withPid(long known) {
    return new Live(
        environment,
        id,
        service,
        unit,
        build,
        attempt,
        failures,
        port,
        startedAt,
        mark,
        logFrom,
        known,
        state);
  }

  ProcessTree tree() {
    return new ProcessTree(
        pid == 0 ? Optional.empty() : ProcessTree.find(pid, mark, startedAt), mark);
  }

  Instance asInstance(boolean routed) {
    return new Instance(id, service, unit, attempt, failures, pid, port, startedAt, routed, state);
  }

  Map<String, String> facts() {
    return Map.of(
        "service", service.value(),
        "unit", unit.hex(),
        "build", build.hex(),
        "attempt", Integer.toString(attempt),
        "failures", Integer.toString(failures),
        "port", Integer.toString(port),
        "startedAt", startedAt.toString(),
        "mark", mark,
        "logFrom", Long.toString(logFrom));
  }

  static Live from(Place environment, Path folder, Map<String, String> facts) {
    return new Live(
        environment,
        new InstanceId(String.valueOf(folder.getFileName())),
        new ComponentName(fact(facts, "service")),
        new Digest(fact(facts, "unit")),
        new Digest(fact(facts, "build")),
        Integer.parseInt(fact(facts, "attempt")),
        Integer.parseInt(fact(facts, "failures")),
        Integer.parseInt(fact(facts, "port")),
        Instant.parse(fact(facts, "startedAt")),
        fact(facts, "mark"),
        Long.parseLong(fact(facts, "logFrom")),
        0,
        new Instance.State.Starting());
  }

  private static String fact(Map<String, String> facts, String name) {
    return Optional.ofNullable(facts.get(name))
        .orElseThrow(() -> new IllegalStateException("an instance without its " + name));
  }
}
