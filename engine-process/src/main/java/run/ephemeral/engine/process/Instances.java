package run.ephemeral.engine.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.Digest;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.engine.FrontDoor;
import run.ephemeral.core.engine.Instance;
import run.ephemeral.core.engine.Instance.State.Ended;
import run.ephemeral.core.engine.Instance.State.Healthy;
import run.ephemeral.core.engine.Instance.State.Starting;
import run.ephemeral.core.engine.InstanceId;
import run.ephemeral.core.environment.Environment.Place;
import run.ephemeral.core.environment.EnvironmentId;
import run.ephemeral.core.plan.Step;
import run.ephemeral.core.policy.Limits;
import run.ephemeral.core.spec.ComponentName;

/// The processes of services: started, watched, adopted, stopped.
///
/// What is known of a process is written down before it is started and again when it is
/// healthy, so that a control plane that was killed finds it again. Nothing here decides what
/// should run.
final class Instances {
  private static final Logger LOG = LoggerFactory.getLogger(Instances.class);

  private final Home home;
  private final Spawn spawn;
  private final Workspaces workspaces;
  private final Variables variables;
  private final FrontDoor frontDoor;
  private final Limits limits;
  private final Consumer<EnvironmentId> changed;
  private final Ports ports = new Ports();
  private final ConcurrentMap<EnvironmentId, ConcurrentMap<InstanceId, Live>> all =
      new ConcurrentHashMap<>();

  Instances(
      Home home,
      Spawn spawn,
      Workspaces workspaces,
      Variables variables,
      FrontDoor frontDoor,
      Limits limits,
      Consumer<EnvironmentId> changed) {
    this.home = home;
    this.spawn = spawn;
    this.workspaces = workspaces;
    this.variables = variables;
    this.frontDoor = frontDoor;
    this.limits = limits;
    this.changed = changed;
  }

  List<Instance> of(Place environment) {
    return mapOf(environment.id()).values().stream()
        .sorted(Comparator.comparing(Live::startedAt).thenComparingInt(Live::attempt))
        .map(live -> live.asInstance(isRouted(live)))
        .toList();
  }

  /// The artifacts that something runs on.
  Set<Digest> builds() {
    return all.values().stream()
        .flatMap(map -> map.values().stream())
        .map(Live::build)
        .collect(Collectors.toSet());
  }

  private boolean isRouted(Live live) {
    var routed = frontDoor.routed(live.environment().name(), live.service());
    return routed.equals(OptionalInt.of(live.port())) && !(live.state() instanceof Ended);
  }

  String start(Place environment, Step.Start step) throws IOException {
    var instances = mapOf(environment.id());
    if (instances.containsKey(step.instance())) {
      return "runs already";
    }
    var unit = step.unit();
    var directory = workspaces.populate(environment, unit.service(), unit.build().key());
    var env = variables.of(environment, unit.env());
    var log = home.log(environment, unit.service(), "run");
    Files.createDirectories(log.getParent());
    var mark = step.instance() + "-" + UUID.randomUUID();
    var live =
        new Live(
            environment,
            step.instance(),
            unit.service(),
            unit.digest(),
            unit.build().key(),
            step.attempt(),
            step.failures(),
            ports.free(),
            Instant.now(),
            mark,
            Files.exists(log) ? Files.size(log) : 0,
            0,
            new Starting());
    env.put("PORT", Integer.toString(live.port()));
    env.put(Spawn.MARK, mark);
    var folder = home.instance(environment, step.instance());
    Facts.write(folder.resolve("facts"), live.facts());
    var process = spawn.start(folder, directory, unit.run(), env, log);
    var known = live.withPid(process.pid());
    instances.put(step.instance(), known);
    watch(known, process.toHandle());
    return "started";
  }

  private void watch(Live live, ProcessHandle process) {
    var _ =
        process
            .onExit()
            .thenRun(
                () -> {
                  ended(live);
                  changed.accept(live.environment().id());
                });
  }

  /// Notes that a process ended by itself. One that is being stopped is not in the map any
  /// more.
  private void ended(Live live) {
    mapOf(live.environment().id())
        .computeIfPresent(
            live.id(),
            (id, known) -> {
              if (known.state() instanceof Ended) {
                return known;
              }
              unroute(known);
              return known.with(end(known));
            });
  }

  private void unroute(Live live) {
    if (isRouted(live)) {
      frontDoor.unroute(live.environment().name(), live.service());
    }
  }

  private Ended end(Live live) {
    var now = Instant.now();
    var healthyFor =
        live.state() instanceof Healthy(var since) ? Duration.between(since, now) : Duration.ZERO;
    var ran = Commands.seconds(Duration.between(live.startedAt(), now));
    var log = home.log(live.environment(), live.service(), "run");
    var words = LastWords.of(log, live.logFrom()).replaceFirst("^" + live.service() + ": ", "");
    var code = exitCode(home.instance(live.environment(), live.id()));
    var how = code.map(c -> "exited " + c).orElse("was killed") + " after " + ran;
    var why =
        words.isEmpty() || (!healthyFor.isZero() && code.isEmpty()) ? how : how + ": " + words;
    return new Ended(why, now, healthyFor);
  }

  /// The shell writes it; when the shell itself was killed there is none. 128 and more are
  /// signals.
  private static Optional<String> exitCode(Path folder) {
    try {
      var code = Integer.parseInt(Files.readString(folder.resolve("exit")).strip());
      return code > 128 ? Optional.empty() : Optional.of(Integer.toString(code));
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  /// Waits until it is healthy. Too late, it is stopped, and counts as ended.
  String await(Place environment, Step.Await step) throws InterruptedException, IOException {
    var problem = "it was not asked yet";
    while (true) {
      var live = mapOf(environment.id()).get(step.instance());
      if (live == null) {
        throw new FaultException(Fault.user("it was stopped before it was healthy"));
      }
      switch (live.state()) {
        case Ended(var why, var ignoredAt, var ignoredFor) ->
            throw new FaultException(Fault.user(why));
        case Healthy ignored -> {
          return "healthy";
        }
        case Starting ignored -> {}
      }
      var answer = Health.problem(live.port(), step.health());
      if (answer.isEmpty()) {
        healthy(live);
        return "healthy";
      }
      problem = answer.get();
      var waited = Duration.between(live.startedAt(), Instant.now());
      if (waited.compareTo(step.within()) > 0) {
        throw tooLate(live, step, problem);
      }
      Thread.sleep(Health.pause(waited));
    }
  }

  private void healthy(Live live) throws IOException {
    var now = Instant.now();
    var folder = home.instance(live.environment(), live.id());
    Facts.write(folder.resolve("healthy"), Map.of("since", now.toString()));
    mapOf(live.environment().id())
        .computeIfPresent(
            live.id(),
            (id, known) ->
                known.state() instanceof Starting ? known.with(new Healthy(now)) : known);
  }

  private FaultException tooLate(Live live, Step.Await step, String problem)
      throws InterruptedException {
    var why = "was not healthy within %s: %s".formatted(Commands.seconds(step.within()), problem);
    mapOf(live.environment().id())
        .computeIfPresent(
            live.id(), (id, known) -> known.with(new Ended(why, Instant.now(), Duration.ZERO)));
    live.tree().end(limits.stop());
    return new FaultException(Fault.user(why));
  }

  String route(Place environment, Step.Route step) {
    var live = mapOf(environment.id()).get(step.instance());
    if (live == null || live.state() instanceof Ended) {
      throw new FaultException(Fault.user("it ended before it got a request"));
    }
    frontDoor.route(environment.name(), step.service(), live.port());
    return "gets its requests";
  }

  /// Ends it. What is not there is stopped already.
  String stop(Place environment, InstanceId id) throws InterruptedException, IOException {
    var live = mapOf(environment.id()).get(id);
    if (live != null) {
      unroute(live);
      if (!(live.state() instanceof Ended)) {
        frontDoor.drain(live.port(), limits.drain());
      }
      var removed = mapOf(environment.id()).remove(id);
      (removed == null ? live : removed).tree().end(limits.stop());
      workspaces.tidy(environment, live.service(), buildsOf(environment, live.service()));
    }
    Folders.delete(home.instance(environment, id));
    return "stopped";
  }

  private Set<Digest> buildsOf(Place environment, ComponentName service) {
    return mapOf(environment.id()).values().stream()
        .filter(live -> live.service().equals(service))
        .map(Live::build)
        .collect(Collectors.toSet());
  }

  /// Takes up every process that an earlier control plane left, and what is known of those that
  /// ended.
  void adopt(Place environment) throws IOException {
    var folder = home.of(environment).resolve("instances");
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> folders;
    try (var entries = Files.list(folder)) {
      folders = entries.toList();
    }
    for (var one : folders) {
      var facts = Facts.read(one.resolve("facts"));
      if (facts.isEmpty()) {
        Folders.delete(one);
        continue;
      }
      var live = Live.from(environment, one, facts.get());
      var process = find(one, live.mark());
      if (process.isEmpty() && !Files.exists(one.resolve("pid"))) {
        Folders.delete(one);
        continue;
      }
      adopt(live.with(stateOf(one)), process);
    }
  }

  private void adopt(Live live, Optional<ProcessHandle> process) {
    var known = live.withPid(process.map(ProcessHandle::pid).orElse(0L));
    mapOf(live.environment().id()).put(live.id(), known);
    if (process.isPresent()) {
      LOG.info("{} of {} runs on", live.id(), live.environment().name());
      watch(known, process.get());
    } else {
      ended(known);
    }
  }

  private static Optional<ProcessHandle> find(Path folder, String mark) throws IOException {
    var file = folder.resolve("pid");
    if (!Files.exists(file)) {
      return ProcessTree.find(mark);
    }
    return ProcessTree.find(Long.parseLong(Files.readString(file).strip()), mark);
  }

  private static Instance.State stateOf(Path folder) throws IOException {
    return Facts.read(folder.resolve("healthy"))
        .map(facts -> facts.get("since"))
        .<Instance.State>map(since -> new Healthy(Instant.parse(since)))
        .orElseGet(Starting::new);
  }

  /// Ends everything of an environment, as far as it is known.
  void stopAll(Place environment) throws InterruptedException, IOException {
    var threads = new ArrayList<Thread>();
    for (var id : Set.copyOf(mapOf(environment.id()).keySet())) {
      threads.add(
          Thread.startVirtualThread(
              () -> {
                try {
                  stop(environment, id);
                } catch (InterruptedException | IOException e) {
                  LOG.warn("{} cannot be stopped: {}", id, e.toString());
                }
              }));
    }
    for (var thread : threads) {
      thread.join();
    }
  }

  Set<EnvironmentId> environments() {
    return Set.copyOf(all.keySet());
  }

  Optional<Live> newest(Place environment, ComponentName service) {
    return mapOf(environment.id()).values().stream()
        .filter(live -> live.service().equals(service))
        .max(Comparator.comparing(Live::startedAt));
  }

  void forget(EnvironmentId environment) {
    all.remove(environment);
  }

  private ConcurrentMap<InstanceId, Live> mapOf(EnvironmentId environment) {
    return all.computeIfAbsent(environment, ignored -> new ConcurrentHashMap<>());
  }
}
