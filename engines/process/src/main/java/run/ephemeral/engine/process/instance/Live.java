package run.ephemeral.engine.process.instance;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import run.ephemeral.core.Digest;
import run.ephemeral.core.engine.Instance;
import run.ephemeral.core.engine.Instance.State.Ended;
import run.ephemeral.core.engine.Instance.State.Healthy;
import run.ephemeral.core.engine.Instance.State.Starting;
import run.ephemeral.core.engine.Ledger;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.step.InstanceId;
import run.ephemeral.engine.process.command.ProcessTree;

/// One start of one service, as recorded in the ledger.
///
/// @param build the order's key: which artifact its folder is a copy of
/// @param mark identifies its processes
/// @param logFrom offset in the service's log at which its own lines begin
/// @param progress its state since the start
public record Live(
    EnvironmentKey environment,
    InstanceId id,
    ComponentName service,
    Digest program,
    Digest build,
    int attempt,
    int failures,
    int port,
    Instant startedAt,
    String mark,
    long logFrom,
    Progress progress) {
  public static final String KIND = "instance";

  /// @param pid of the shell above the service; 0 while unknown
  /// @param routedAt when requests were last routed to it; empty if never
  public record Progress(long pid, Optional<Instant> routedAt, Instance.State state) {
    static final Progress NONE = new Progress(0, Optional.empty(), new Starting());
  }

  public long pid() {
    return progress.pid();
  }

  public Instance.State state() {
    return progress.state();
  }

  public Live with(Instance.State next) {
    return with(new Progress(pid(), progress.routedAt(), next));
  }

  public Live withPid(long known) {
    return with(new Progress(known, progress.routedAt(), state()));
  }

  public Live routedAt(Instant now) {
    return with(new Progress(pid(), Optional.of(now), state()));
  }

  private Live with(Progress next) {
    return new Live(
        environment,
        id,
        service,
        program,
        build,
        attempt,
        failures,
        port,
        startedAt,
        mark,
        logFrom,
        next);
  }

  public ProcessTree tree() {
    return new ProcessTree(
        pid() == 0 ? Optional.empty() : ProcessTree.find(pid(), mark, startedAt), mark);
  }

  public Instance asInstance(boolean routed) {
    return new Instance(
        id, service, program, attempt, failures, pid(), port, startedAt, routed, state());
  }

  public Ledger.Key key() {
    return key(environment, id);
  }

  public static Ledger.Key key(EnvironmentKey environment, InstanceId id) {
    return new Ledger.Key(environment.id(), KIND, id.value());
  }

  public Map<String, String> facts() {
    var facts = new TreeMap<String, String>();
    facts.put("service", service.value());
    facts.put("unit", program.hex());
    facts.put("build", build.hex());
    facts.put("attempt", Integer.toString(attempt));
    facts.put("failures", Integer.toString(failures));
    facts.put("port", Integer.toString(port));
    facts.put("startedAt", startedAt.toString());
    facts.put("mark", mark);
    facts.put("logFrom", Long.toString(logFrom));
    progress.routedAt().ifPresent(at -> facts.put("routedAt", at.toString()));
    switch (state()) {
      case Starting() -> {}
      case Healthy(var since) -> facts.put("healthySince", since.toString());
      case Ended(var why, var at, var healthyFor) -> {
        facts.put("endedWhy", why);
        facts.put("endedAt", at.toString());
        facts.put("healthyFor", healthyFor.toString());
      }
    }
    return facts;
  }

  /// @throws RuntimeException when the facts are not those of an instance
  public static Live from(EnvironmentKey environment, String id, Map<String, String> facts) {
    return new Live(
        environment,
        new InstanceId(id),
        new ComponentName(fact(facts, "service")),
        new Digest(fact(facts, "unit")),
        new Digest(fact(facts, "build")),
        Integer.parseInt(fact(facts, "attempt")),
        Integer.parseInt(fact(facts, "failures")),
        Integer.parseInt(fact(facts, "port")),
        Instant.parse(fact(facts, "startedAt")),
        fact(facts, "mark"),
        Long.parseLong(fact(facts, "logFrom")),
        new Progress(
            0, Optional.ofNullable(facts.get("routedAt")).map(Instant::parse), state(facts)));
  }

  private static Instance.State state(Map<String, String> facts) {
    if (facts.containsKey("endedAt")) {
      return new Ended(
          facts.getOrDefault("endedWhy", "ended"),
          Instant.parse(fact(facts, "endedAt")),
          Duration.parse(fact(facts, "healthyFor")));
    }
    return Optional.ofNullable(facts.get("healthySince"))
        .<Instance.State>map(since -> new Healthy(Instant.parse(since)))
        .orElseGet(Starting::new);
  }

  private static String fact(Map<String, String> facts, String name) {
    return Optional.ofNullable(facts.get(name))
        .orElseThrow(() -> new IllegalStateException("an instance without its " + name));
  }
}
