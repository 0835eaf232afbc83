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
import run.ephemeral.core.Seconds;
import run.ephemeral.core.Turns;
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
/// Starting → Healthy → Ended, or Starting → Ended; from each of them, stopped: not there any
/// more. What is known of a process is in the ledger before the process is. A process ended
/// when the shell above it did; what it left behind is ended then. Nothing here decides what
/// should run.
///
/// What fails half-way is done again: a stop that fails leaves the instance in sight, and the end
/// of a process is dealt with for as long as that takes. A process whose state cannot be read,
/// such as for lack of file descriptors, has not ended.
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
  private final Turns<Claim> turns = new Turns<>();
  private final ConcurrentMap<EnvironmentId, ConcurrentMap<InstanceId, Live>> all =
      new ConcurrentHashMap<>();

  /// Marks of those that are being ended: to others they are gone already.
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

  /// Where what runs writes.
  public Stream<Path> logs() {
    return known()
        .filter(live -> !(live.state() instanceof Ended))
        .map(live -> home.log(live.environment(), live.service(), "run"));
  }

  /// The artifacts that something runs on.
  public Set<Digest> builds() {
    return known().map(Live::build).collect(Collectors.toSet());
  }

  /// Starts it, unless it runs. One that is just being stopped is waited for.
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

  /// Whatever keeps the end of a process from being dealt with passes, and the end is told once.
  private static void untilDone(Live live, Work work) throws InterruptedException {
    for (var failures = 0; ; failures++) {
      try {
        work.run();
        return;
      } catch (RuntimeException e) {
        if (failures == 0) {
          LOG.warn("the end of {} cannot be dealt with yet: {}", live.id(), e.toString());
        }
        Thread.sleep(BETWEEN_TRIES);
      }
    }
  }

  /// A process ended by itself: what it left behind ends too. One that is being stopped is no
  /// news, unless that fails.
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

  /// In the ledger soon: what is not there when a control plane is killed is found out again.
  private Live noted(Live live) {
    entries.change(live.key(), live.facts());
    return live;
  }

  /// Waits until it is healthy. Too late, it is stopped, and counts as ended.
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

  /// Whether it may get requests is judged together with giving them: what ends meanwhile takes
  /// them back.
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

  /// What is there again later, under the same name, has not failed.
  private static FaultException gone(String what) {
    return new FaultException(new Fault(Fault.Kind.EXTERNAL, what, ""));
  }

  /// Ends it. What is not there is stopped already. Interrupted before its requests are
  /// drained it runs on; after that it is ended, without patience.
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
      // Nobody sees it now and would ask again: interruptions do not count, and who is killed
      // before the last line finds it again.
      try (var _ = turns.takeAnyway(new Claim.OnFolders(environment.id(), live.service()))) {
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

  /// Takes up what an earlier control plane started, with its process if that still runs.
  ///
  /// @param live as the ledger has it, which is not known here yet
  public void takeUp(Live live, Optional<ProcessHandle> process) {
    starts.taken(live.port());
    var known = live.withPid(process.map(ProcessHandle::pid).orElse(0L));
    mapOf(live.environment().id()).put(live.id(), known);
    if (process.isPresent() && !(live.state() instanceof Ended)) {
      LOG.info("{} of {} runs on", live.id(), live.environment().name());
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

  /// A version that serves while the next is on its way, or never gets there, goes on to.
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

  /// Ends everything of an environment, as far as it is known.
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

  /// What was started meanwhile is not forgotten.
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
