package run.ephemeral.engine.process.instance;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
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
import run.ephemeral.core.KeyedLocks;
import run.ephemeral.core.Seconds;
import run.ephemeral.core.engine.Instance;
import run.ephemeral.core.engine.Instance.State.Ended;
import run.ephemeral.core.engine.Instance.State.Healthy;
import run.ephemeral.core.engine.Instance.State.Starting;
import run.ephemeral.core.gateway.Switchboard;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.policy.Limits;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.step.InstanceId;
import run.ephemeral.core.step.Step;
import run.ephemeral.engine.process.build.Workspaces;
import run.ephemeral.engine.process.command.ProcessTree;
import run.ephemeral.engine.process.file.Home;

/// The processes of services: started, watched, adopted, stopped.
///
/// Starting → Healthy → Ended, or Starting → Ended; a stop removes the instance from any state. The
/// ledger entry is written before the process starts. A process has ended when the shell above it
/// has; the processes it left behind are ended then. Nothing here decides what should run.
///
/// Failures are retried: an instance whose stop fails stays visible, and handling the end of a
/// process is repeated until it succeeds. A process whose state cannot be read, such as for lack of
/// file descriptors, has not ended.
public final class Instances {
  private static final Logger LOG = LoggerFactory.getLogger(Instances.class);
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(100);

  private final Home home;
  private final Starts starts;
  private final Workspaces workspaces;
  private final Switchboard switchboard;
  private final Limits limits;
  private final Consumer<EnvironmentId> changed;
  private final Entries entries;
  private final Routes routes;
  private final Endings endings;
  private final KeyedLocks<Claim> turns = new KeyedLocks<>();
  private final ConcurrentMap<EnvironmentId, ConcurrentMap<InstanceId, Live>> all =
      new ConcurrentHashMap<>();

  /// Marks of instances that are being stopped: observations leave them out.
  private final Set<String> leaving = ConcurrentHashMap.newKeySet();

  public Instances(
      Home home,
      Entries entries,
      Starts starts,
      Workspaces workspaces,
      Switchboard switchboard,
      Limits limits,
      Consumer<EnvironmentId> changed) {
    this.home = home;
    this.entries = entries;
    this.routes = new Routes(switchboard);
    this.endings = new Endings(home);
    this.starts = starts;
    this.workspaces = workspaces;
    this.switchboard = switchboard;
    this.limits = limits;
    this.changed = changed;
  }

  public List<Instance> of(EnvironmentKey environment) {
    return there(environment.id()).stream()
        .filter(live -> !leaving.contains(live.mark()))
        .sorted(Comparator.comparing(Live::startedAt).thenComparingInt(Live::attempt))
        .map(live -> live.asInstance(routes.has(live)))
        .toList();
  }

  /// The logs of running instances.
  public Stream<Path> logs() {
    return known()
        .filter(live -> !(live.state() instanceof Ended))
        .map(live -> home.log(live.environment(), live.service(), "run"));
  }

  /// The artifacts of all known instances.
  public Set<Digest> builds() {
    return known().map(Live::build).collect(Collectors.toSet());
  }

  /// Starts an instance unless it is known. Waits while the same instance is being stopped.
  public String start(EnvironmentKey environment, Step.Start step)
      throws IOException, InterruptedException {
    try (var _ = turns.take(new Claim.OnInstance(environment.id(), step.instance()))) {
      if (mapOf(environment.id()).containsKey(step.instance())) {
        return "runs already";
      }
      try (var _ = turns.take(new Claim.OnFolders(environment.id(), step.program().name()))) {
        begin(environment, step);
        return "started";
      }
    }
  }

  private void begin(EnvironmentKey environment, Step.Start step) throws IOException {
    var builds = buildsOf(environment, step.program().name());
    builds.add(step.program().source().key());
    var started = starts.start(environment, step, builds);
    mapOf(environment.id()).put(step.instance(), started.live());
    watch(started.live(), started.process());
  }

  private void watch(Live live, ProcessHandle process) {
    Thread.ofVirtual()
        .name("watch " + live.id())
        .start(
            () -> {
              try {
                untilDone(live, () -> ProcessTree.awaitEnd(process));
                untilDone(live, () -> over(live, process));
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }

  private interface Work {
    void run() throws InterruptedException;
  }

  /// Retries until the end of a process is handled. The first failure is logged.
  private static void untilDone(Live live, Work work) throws InterruptedException {
    for (var failures = 0; ; failures++) {
      try {
        work.run();
        return;
      } catch (RuntimeException e) {
        if (failures == 0) {
          LOG.warn("handling the end of {} failed, trying again: {}", live.id(), e.toString());
        }
        Thread.sleep(BETWEEN_TRIES);
      }
    }
  }

  /// Handles a process that ended by itself: ends the processes it left behind. The end of an
  /// instance that is being stopped is handled only if the stop fails.
  private void over(Live live, ProcessHandle process) throws InterruptedException {
    while (leaving.contains(live.mark())) {
      Thread.sleep(BETWEEN_TRIES);
    }
    if (!isKnown(live)) {
      return;
    }
    ended(live);
    new ProcessTree(Optional.of(process), live.mark()).end(limits.stop());
    changed.accept(live.environment().id());
  }

  public boolean isKnown(Live live) {
    var known = mapOf(live.environment().id()).get(live.id());
    return known != null && known.mark().equals(live.mark());
  }

  private void ended(Live live) {
    mapOf(live.environment().id())
        .computeIfPresent(
            live.id(),
            (id, known) -> {
              if (known.state() instanceof Ended || !known.mark().equals(live.mark())) {
                return known;
              }
              var ended = known.with(endings.of(known));
              routes.take(known);
              return noted(ended);
            });
  }

  /// Written to the ledger soon: if the control plane is killed before, the next finds the state
  /// out.
  private Live noted(Live live) {
    entries.change(live.key(), live.facts());
    return live;
  }

  /// Waits until the instance is healthy. After `within` it is recorded as ended, and killed.
  public String await(EnvironmentKey environment, Step.Await step) throws InterruptedException {
    var began = System.nanoTime();
    while (true) {
      var live = mapOf(environment.id()).get(step.instance());
      if (live == null || leaving.contains(live.mark())) {
        throw gone("it was stopped before it was healthy");
      }
      switch (live.state()) {
        case Ended(var why, var ignoredAt, var ignoredFor) ->
            throw new FaultException(Fault.user(why));
        case Healthy ignored -> {
          return "healthy";
        }
        case Starting ignored -> {}
      }
      var problem = Health.problem(live.port(), step.probe().health());
      if (problem.isEmpty()) {
        healthy(live);
        continue;
      }
      var waited = Duration.ofNanos(System.nanoTime() - began);
      if (waited.compareTo(step.probe().within()) > 0) {
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
              return noted(known.with(new Healthy(Instant.now())));
            });
  }

  private void tooLate(Live live, Step.Await step, String problem) {
    var explained = Health.explained(problem, live.tree(), live.port());
    var why =
        "was not healthy within %s: %s".formatted(Seconds.text(step.probe().within()), explained);
    mapOf(live.environment().id())
        .computeIfPresent(
            live.id(),
            (id, known) ->
                known.state() instanceof Starting && known.mark().equals(live.mark())
                    ? noted(known.with(new Ended(why, Instant.now(), Duration.ZERO)))
                    : known);
    live.tree().end(limits.stop());
  }

  /// The check of the state and the route are one atomic step: an end that comes later takes the
  /// route back.
  public String route(EnvironmentKey environment, Step.Route step) {
    var routed =
        mapOf(environment.id())
            .computeIfPresent(
                step.instance(),
                (id, live) -> {
                  if (live.state() instanceof Ended || leaving.contains(live.mark())) {
                    throw gone("it ended before it got a request");
                  }
                  routes.give(live);
                  return noted(live.routedAt(Instant.now()));
                });
    if (routed == null) {
      throw gone("it ended before it got a request");
    }
    return "gets its requests";
  }

  /// Not a failure of the service: an instance under this name may exist again later.
  private static FaultException gone(String what) {
    return new FaultException(new Fault(Fault.Kind.EXTERNAL, what, ""));
  }

  /// Stops an instance; an unknown one counts as stopped. An interrupt before its requests are
  /// drained leaves the process running; a later one ends the process without grace time.
  public String stop(EnvironmentKey environment, InstanceId id)
      throws InterruptedException, IOException {
    try (var _ = turns.take(new Claim.OnInstance(environment.id(), id))) {
      var live = mapOf(environment.id()).get(id);
      if (live == null) {
        entries.strike(Live.key(environment, id));
        return "stopped";
      }
      routes.take(live);
      if (!(live.state() instanceof Ended)) {
        switchboard.drain(live.port(), limits.drain());
      }
      leaving.add(live.mark());
      try {
        live.tree().end(limits.stop());
        mapOf(environment.id()).remove(id);
      } finally {
        leaving.remove(live.mark());
      }
      // The instance is invisible by now, so nobody would retry: interrupts are ignored, and after
      // a kill before the last line the ledger still has the entry.
      try (var _ =
          turns.takeUninterruptibly(new Claim.OnFolders(environment.id(), live.service()))) {
        workspaces.tidy(environment, live.service(), buildsOf(environment, live.service()));
      }
      starts.forget(live);
      return "stopped";
    }
  }

  private Set<Digest> buildsOf(EnvironmentKey environment, ComponentName service) {
    return mapOf(environment.id()).values().stream()
        .filter(live -> live.service().equals(service))
        .map(Live::build)
        .collect(Collectors.toCollection(HashSet::new));
  }

  /// Adopts an instance of an earlier control plane, with its process if that still runs.
  ///
  /// @param live from the ledger, and not known here yet
  public void takeUp(Live live, Optional<ProcessHandle> process) {
    starts.taken(live.port());
    var known = live.withPid(process.map(ProcessHandle::pid).orElse(0L));
    mapOf(live.environment().id()).put(live.id(), known);
    if (process.isPresent() && !(live.state() instanceof Ended)) {
      LOG.info("adopted {} of {}, which is still running", live.id(), live.environment().name());
      watch(known, process.get());
      return;
    }
    try {
      ended(known);
      known.tree().end(limits.stop());
    } catch (RuntimeException e) {
      mapOf(live.environment().id()).remove(live.id());
      throw e;
    }
  }

  /// Restores routes: a version keeps serving until the next one is ready, if ever.
  public void resumeRoutes(EnvironmentKey environment) {
    var known = mapOf(environment.id());
    for (var id : Routes.given(known.values())) {
      known.computeIfPresent(id, (same, live) -> routes.resume(live));
    }
  }

  /// Every instance of every environment.
  public Stream<Live> known() {
    return all.values().stream().flatMap(map -> map.values().stream());
  }

  /// Stops all known instances of an environment.
  public void stopAll(EnvironmentKey environment) throws InterruptedException {
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

  public Optional<Live> newest(EnvironmentKey environment, ComponentName service) {
    return there(environment.id()).stream()
        .filter(live -> live.service().equals(service) && !leaving.contains(live.mark()))
        .max(Comparator.comparing(Live::startedAt));
  }

  /// An environment with instances started meanwhile is not forgotten.
  public void forget(EnvironmentId environment) {
    all.computeIfPresent(environment, (id, instances) -> instances.isEmpty() ? null : instances);
  }

  private Collection<Live> there(EnvironmentId environment) {
    var known = all.get(environment);
    return known == null ? List.of() : known.values();
  }

  private ConcurrentMap<InstanceId, Live> mapOf(EnvironmentId environment) {
    return all.computeIfAbsent(environment, ignored -> new ConcurrentHashMap<>());
  }
}
