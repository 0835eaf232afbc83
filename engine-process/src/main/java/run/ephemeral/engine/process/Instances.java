package run.ephemeral.engine.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.Digest;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.Turns;
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
/// Starting → Healthy → Ended, or Starting → Ended; from each of them, stopped: not there any
/// more. What is known of a process is in the [Ledger] before the process is. A process ended
/// when the shell above it did; what it left behind is ended then. Nothing here decides what
/// should run.
final class Instances {
  private static final Logger LOG = LoggerFactory.getLogger(Instances.class);

  private final Home home;
  private final Marks marks;
  private final Spawn spawn;
  private final Workspaces workspaces;
  private final Variables variables;
  private final FrontDoor frontDoor;
  private final Limits limits;
  private final Consumer<EnvironmentId> changed;
  private final Ledger ledger;
  private final Routes routes;
  private final Endings endings;
  private final Ports ports = new Ports();
  private final Turns<Claim> turns = new Turns<>();
  private final ConcurrentMap<EnvironmentId, ConcurrentMap<InstanceId, Live>> all =
      new ConcurrentHashMap<>();

  /// Marks of those that are being ended: to others they are gone already.
  private final Set<String> leaving = ConcurrentHashMap.newKeySet();

  /// What only one may work on at a time. Who needs both takes the instance first.
  private sealed interface Claim {
    record OnInstance(EnvironmentId environment, InstanceId instance) implements Claim {}

    record OnFolders(EnvironmentId environment, ComponentName service) implements Claim {}
  }

  Instances(
      Home home,
      Marks marks,
      Spawn spawn,
      Workspaces workspaces,
      Variables variables,
      FrontDoor frontDoor,
      Limits limits,
      Consumer<EnvironmentId> changed) {
    this.home = home;
    this.marks = marks;
    this.ledger = new Ledger(home);
    this.routes = new Routes(frontDoor, ledger);
    this.endings = new Endings(home, ledger);
    this.spawn = spawn;
    this.workspaces = workspaces;
    this.variables = variables;
    this.frontDoor = frontDoor;
    this.limits = limits;
    this.changed = changed;
  }

  List<Instance> of(Place environment) {
    return mapOf(environment.id()).values().stream()
        .filter(live -> !leaving.contains(live.mark()))
        .sorted(Comparator.comparing(Live::startedAt).thenComparingInt(Live::attempt))
        .map(live -> live.asInstance(routes.has(live)))
        .toList();
  }

  /// Where what runs writes.
  Stream<Path> logs() {
    return all.values().stream()
        .flatMap(map -> map.values().stream())
        .filter(live -> !(live.state() instanceof Ended))
        .map(live -> home.log(live.environment(), live.service(), "run"));
  }

  /// The artifacts that something runs on.
  Set<Digest> builds() {
    return all.values().stream()
        .flatMap(map -> map.values().stream())
        .map(Live::build)
        .collect(Collectors.toSet());
  }

  /// Starts it, unless it runs. One that is just being stopped is waited for.
  String start(Place environment, Step.Start step) throws IOException, InterruptedException {
    try (var _ = turns.take(new Claim.OnInstance(environment.id(), step.instance()))) {
      if (mapOf(environment.id()).containsKey(step.instance())) {
        return "runs already";
      }
      try (var _ = turns.take(new Claim.OnFolders(environment.id(), step.unit().service()))) {
        begin(environment, step);
        return "started";
      }
    }
  }

  private void begin(Place environment, Step.Start step) throws IOException {
    var unit = step.unit();
    var builds = buildsOf(environment, unit.service());
    builds.add(unit.build().key());
    workspaces.tidy(environment, unit.service(), builds);
    var directory = workspaces.populate(environment, unit.service(), unit.build().key());
    var own = new HashMap<String, Integer>();
    own.put("port", ports.free());
    var env =
        variables.of(
            environment, unit.env(), field -> own.computeIfAbsent(field, ignored -> ports.free()));
    var log = home.log(environment, unit.service(), "run");
    LogFiles.prepare(log);
    var now = Instant.now();
    var mark = "--- %s starts, %s%n".formatted(unit.service(), now.truncatedTo(ChronoUnit.SECONDS));
    Files.writeString(log, mark, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    var live =
        new Live(
            environment,
            step.instance(),
            unit.service(),
            unit.digest(),
            unit.build().key(),
            step.attempt(),
            step.failures(),
            own.get("port"),
            now,
            marks.next(step.instance().value()),
            Files.size(log),
            0,
            new Starting());
    env.put("PORT", Integer.toString(live.port()));
    env.put(Spawn.MARK, live.mark());
    var folder = ledger.intend(live);
    var process = spawn.start(folder, directory, unit.run(), env, log);
    var known = live.withPid(process.pid());
    mapOf(environment.id()).put(step.instance(), known);
    watch(known, process.toHandle());
  }

  private void watch(Live live, ProcessHandle process) {
    Thread.ofVirtual()
        .name("watch " + live.id())
        .start(
            () -> {
              try {
                ProcessTree.awaitEnd(process);
                over(live, process);
              } catch (InterruptedException | RuntimeException e) {
                LOG.error("the end of {} could not be dealt with", live.id(), e);
              }
            });
  }

  /// A process ended by itself: what it left behind ends too. One that is being stopped is no
  /// news.
  private void over(Live live, ProcessHandle process) {
    if (leaving.contains(live.mark())) {
      return;
    }
    ended(live);
    new ProcessTree(Optional.of(process), live.mark()).end(limits.stop());
    changed.accept(live.environment().id());
  }

  private void ended(Live live) {
    mapOf(live.environment().id())
        .computeIfPresent(
            live.id(),
            (id, known) -> {
              if (known.state() instanceof Ended || !known.mark().equals(live.mark())) {
                return known;
              }
              routes.take(known);
              return known.with(ledger.ended(known, endings.of(known)));
            });
  }

  /// Waits until it is healthy. Too late, it is stopped, and counts as ended.
  String await(Place environment, Step.Await step) throws InterruptedException {
    var began = System.nanoTime();
    while (true) {
      var live = mapOf(environment.id()).get(step.instance());
      if (live == null || leaving.contains(live.mark())) {
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
      var problem = Health.problem(live.port(), step.health());
      if (problem.isEmpty()) {
        healthy(live);
        continue;
      }
      var waited = Duration.ofNanos(System.nanoTime() - began);
      if (waited.compareTo(step.within()) > 0) {
        tooLate(live, step, problem.get());
        continue;
      }
      Thread.sleep(Health.pause(waited));
    }
  }

  private void healthy(Live live) {
    mapOf(live.environment().id())
        .computeIfPresent(
            live.id(),
            (id, known) -> {
              if (!(known.state() instanceof Starting) || !known.mark().equals(live.mark())) {
                return known;
              }
              try {
                var now = Instant.now();
                ledger.healthy(known, now);
                return known.with(new Healthy(now));
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
  }

  private void tooLate(Live live, Step.Await step, String problem) {
    var explained = Health.explained(problem, live.tree(), live.port());
    var why = "was not healthy within %s: %s".formatted(Commands.seconds(step.within()), explained);
    mapOf(live.environment().id())
        .computeIfPresent(
            live.id(),
            (id, known) ->
                known.state() instanceof Starting && known.mark().equals(live.mark())
                    ? known.with(ledger.ended(known, new Ended(why, Instant.now(), Duration.ZERO)))
                    : known);
    live.tree().end(limits.stop());
  }

  /// Whether it may get requests is judged together with giving them: what ends meanwhile takes
  /// them back.
  String route(Place environment, Step.Route step) {
    var routed =
        mapOf(environment.id())
            .computeIfPresent(
                step.instance(),
                (id, live) -> {
                  if (live.state() instanceof Ended || leaving.contains(live.mark())) {
                    throw new FaultException(Fault.user("it ended before it got a request"));
                  }
                  routes.give(live);
                  return live;
                });
    if (routed == null) {
      throw new FaultException(Fault.user("it ended before it got a request"));
    }
    return "gets its requests";
  }

  /// Ends it. What is not there is stopped already. Interrupted before its requests are
  /// drained it runs on; after that it is ended, without patience.
  String stop(Place environment, InstanceId id) throws InterruptedException, IOException {
    try (var _ = turns.take(new Claim.OnInstance(environment.id(), id))) {
      var live = mapOf(environment.id()).get(id);
      if (live == null) {
        ledger.strike(environment, id);
        return "stopped";
      }
      routes.take(live);
      if (!(live.state() instanceof Ended)) {
        frontDoor.drain(live.port(), limits.drain());
      }
      leaving.add(live.mark());
      try {
        live.tree().end(limits.stop());
      } finally {
        mapOf(environment.id()).remove(id);
        leaving.remove(live.mark());
      }
      // Nobody sees it now and would ask again: interruptions do not count, and who is killed
      // before the last line finds it again.
      try (var _ = turns.takeAnyway(new Claim.OnFolders(environment.id(), live.service()))) {
        workspaces.tidy(environment, live.service(), buildsOf(environment, live.service()));
      }
      ledger.strike(environment, id);
      return "stopped";
    }
  }

  private Set<Digest> buildsOf(Place environment, ComponentName service) {
    return mapOf(environment.id()).values().stream()
        .filter(live -> live.service().equals(service))
        .map(Live::build)
        .collect(Collectors.toCollection(HashSet::new));
  }

  /// Takes up every process that an earlier control plane left, and what is known of those that
  /// ended.
  void adopt(Place environment) throws IOException {
    for (var live : ledger.read(environment, folder -> ProcessTree.end(folder, limits.stop()))) {
      var pid = ledger.pid(live);
      var process =
          pid.isPresent()
              ? ProcessTree.find(pid.get(), live.mark(), live.startedAt())
              : ProcessTree.find(live.mark());
      if (process.isEmpty() && pid.isEmpty() && !(live.state() instanceof Ended)) {
        ledger.strike(environment, live.id());
        continue;
      }
      ports.taken(live.port());
      adopt(live.withPid(process.map(ProcessHandle::pid).orElse(0L)), process);
    }
    // A version that serves while the next is on its way, or never gets there, goes on to.
    var known = mapOf(environment.id());
    for (var id : routes.given(known.values())) {
      known.computeIfPresent(id, (same, live) -> routes.resume(live));
    }
  }

  private void adopt(Live live, Optional<ProcessHandle> process) {
    mapOf(live.environment().id()).put(live.id(), live);
    if (process.isPresent() && !(live.state() instanceof Ended)) {
      LOG.info("{} of {} runs on", live.id(), live.environment().name());
      watch(live, process.get());
    } else {
      ended(live);
      live.tree().end(limits.stop());
    }
  }

  /// Ends everything of an environment, as far as it is known.
  void stopAll(Place environment) throws InterruptedException {
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

  Optional<Live> newest(Place environment, ComponentName service) {
    return mapOf(environment.id()).values().stream()
        .filter(live -> live.service().equals(service) && !leaving.contains(live.mark()))
        .max(Comparator.comparing(Live::startedAt));
  }

  /// What was started meanwhile is not forgotten.
  void forget(EnvironmentId environment) {
    all.computeIfPresent(environment, (id, instances) -> instances.isEmpty() ? null : instances);
  }

  private ConcurrentMap<InstanceId, Live> mapOf(EnvironmentId environment) {
    return all.computeIfAbsent(environment, ignored -> new ConcurrentHashMap<>());
  }
}
