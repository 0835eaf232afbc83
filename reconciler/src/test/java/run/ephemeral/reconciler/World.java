package run.ephemeral.reconciler;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;
import run.ephemeral.core.codehost.CodeHost;
import run.ephemeral.core.engine.Cluster;
import run.ephemeral.core.engine.Engine;
import run.ephemeral.core.engine.Engines;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.environment.Environments;
import run.ephemeral.core.environment.Event;
import run.ephemeral.core.environment.Events;
import run.ephemeral.core.environment.Origin;
import run.ephemeral.core.environment.Phase;
import run.ephemeral.core.environment.Placement;
import run.ephemeral.core.environment.Power;
import run.ephemeral.core.environment.Reports;
import run.ephemeral.core.environment.Wanted;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.plan.Plan;
import run.ephemeral.core.plan.Sentences;
import run.ephemeral.core.policy.Limits;
import run.ephemeral.core.pullrequest.PullRequest;
import run.ephemeral.core.pullrequest.PullRequestRef;
import run.ephemeral.core.release.Release;
import run.ephemeral.core.spec.EngineKind;
import run.ephemeral.reconciler.report.CommentedForks;
import run.ephemeral.reconciler.report.LogTail;
import run.ephemeral.reconciler.report.Reporter;
import run.ephemeral.store.PostgresStore;
import run.ephemeral.testkit.Eventually;
import run.ephemeral.testkit.FakeConversation;
import run.ephemeral.testkit.FakeEngine;
import run.ephemeral.testkit.PullRequests;
import run.ephemeral.testkit.TestPostgres;

/// A control plane on a real database and a fake engine, with a clock that only tests move.
final class World implements AutoCloseable {
  /// The database's clock decides what is due, and goes on: without a lead, what is tried again
  /// after a short wait would be due all the time on a slow machine.
  private static final Duration LEAD = Duration.ofMinutes(10);

  final AtomicReference<Instant> now = new AtomicReference<>(Instant.now().plus(LEAD));
  final InstantSource clock = now::get;
  final AtomicReference<Instant> attendedSince = new AtomicReference<>(Instant.EPOCH);
  final AtomicBoolean away = new AtomicBoolean();
  final AtomicInteger failures = new AtomicInteger();
  final FakeEngine engine;
  private final Engines engines;
  final PostgresStore store;
  final Environments environments;
  final Events events;
  final FakeConversation conversation = new FakeConversation();
  final Reconciler reconciler;
  private final Map<String, CommentedForks> notices = new ConcurrentHashMap<>();
  private final List<Worker> workers = new CopyOnWriteArrayList<>();
  final List<Phase> phases = new CopyOnWriteArrayList<>();

  World() {
    this(EngineKind.PROCESS);
  }

  World(EngineKind kind) {
    this(kind, Engines::local);
  }

  World(EngineKind kind, Function<Engine, Engines> around) {
    engine = new FakeEngine(kind, clock);
    engines = around.apply(engine);
    var server = TestPostgres.server();
    store = PostgresStore.open(TestPostgres.database(), server.user(), server.password());
    environments = store.environments();
    events = store.events();
    var watcher = new Phases();
    reconciler =
        new Reconciler(
            mortal(Environments.class, environments),
            store.apps(),
            mortal(Events.class, events),
            new Effects(engine.artifacts(), engine.data(), engines, reports()),
            watcher,
            Sentences.ENGLISH,
            Tellers.reporting(),
            Limits.DEFAULT,
            clock,
            attendedSince::get);
    engine.onChange(this::changed);
  }

  Approvals approvals() {
    return new Approvals(store.apps(), engines);
  }

  /// Those of this host.
  CommentedForks notices(CodeHost host) {
    return notices.computeIfAbsent(
        "one", _ -> new CommentedForks("test", "runbot", host, store.notices()));
  }

  Follower follower(CodeHost host, Releases releases) {
    return follower(environments, host, releases);
  }

  Follower follower(Environments environments, CodeHost host, Releases releases) {
    var room = new Room(environments, Limits.DEFAULT);
    var told = notices(host);
    return new Follower(
        store.apps(), environments, events, host, releases, room, approvals(), told, clock);
  }

  LogTail logs() {
    return new LogTail(
        (environment, log, most) -> List.of("the end of the log of " + log.component()));
  }

  private Reports reports() {
    return new Reporter(
        new TalkingHost(conversation), store.publications(), environments, logs(), clock);
  }

  /// The store for the reconciler: while it is away, every call fails.
  private <T> T mortal(Class<T> port, T target) {
    InvocationHandler handler =
        (proxy, method, arguments) -> {
          if (away.get()) {
            failures.incrementAndGet();
            throw new IllegalStateException("the store is away");
          }
          return method.invoke(target, arguments);
        };
    return port.cast(
        Proxy.newProxyInstance(World.class.getClassLoader(), new Class<?>[] {port}, handler));
  }

  /// Records every phase.
  private final class Phases implements Watcher {
    @Override
    public void looked(Environment environment, Plan plan) {
      if (phases.isEmpty() || phases.getLast() != plan.phase()) {
        phases.add(plan.phase());
      }
    }

    @Override
    public void gone(EnvironmentName environment) {
      phases.add(Phase.GONE);
    }

    @Override
    public Optional<Instant> lastUsed(EnvironmentName environment) {
      return Optional.empty();
    }
  }

  Worker worker(String owner) {
    var worker = new Worker(reconciler, owner);
    workers.add(worker);
    worker.start();
    return worker;
  }

  Environment create(int number, Release release) {
    Shop.push(engine, release);
    return createUnbuilt(number, release);
  }

  /// Creates the environment of a pull request at a host where people talk.
  Environment createHosted(int number, Release release) {
    Shop.push(engine, release);
    var local = PullRequests.of(number, "Title", "branch", "ann", release.commit());
    var ref = new PullRequestRef(TalkingHost.REPOSITORY, number);
    return create(release, new PullRequest(ref, local.head(), local.facts(), local.trust()));
  }

  /// Creates an environment before CI has built its images.
  Environment createUnbuilt(int number, Release release) {
    return create(release, PullRequests.of(number, "Title", "branch", "ann", release.commit()));
  }

  private Environment create(Release release, PullRequest pullRequest) {
    var number = pullRequest.number();
    var wanted =
        Wanted.nothingYet(Power.ON, clock.instant())
            .withRelease(release, Power.ON, clock.instant());
    return environments
        .create(
            EnvironmentName.of("shop", number),
            Shop.APP,
            new Origin.OfPullRequests(pullRequest),
            wanted)
        .orElseThrow();
  }

  /// Runs due environments one after the other, until none is due.
  Next settle() throws InterruptedException {
    Next last = new Next.Settled();
    for (var claim = claim(); claim.isPresent(); claim = claim()) {
      last = reconciler.run(claim.get()).call();
      var lease = claim.get().lease();
      switch (last) {
        case Next.Settled() -> environments.release(lease, Optional.empty(), true);
        case Next.Again(var at, var settled) ->
            environments.release(lease, Optional.of(at), settled);
        case Next.Retry ignored -> throw new AssertionError("nothing here fails");
        case Next.Gone ignored -> {}
        case Next.Lost ignored -> {}
      }
    }
    return last;
  }

  Optional<Environments.Claim> claim() {
    return environments.claim(claimant("test"));
  }

  Environments.Claimant claimant(String owner) {
    var served = engines.clusters().stream().map(Cluster::name).collect(Collectors.toSet());
    return new Environments.Claimant(owner, Duration.ofMinutes(1), served);
  }

  Phase phase(Environment environment) {
    return environments
        .find(environment.id())
        .map(known -> reconciler.judge(known).phase())
        .orElse(Phase.GONE);
  }

  void awaitPhase(Environment environment, Phase phase) {
    Eventually.eventually(environment.name() + " is " + phase, () -> phase(environment) == phase);
  }

  void pass(Duration time) {
    now.updateAndGet(instant -> instant.plus(time));
    environments.wakeAll();
  }

  List<String> diary(Environment environment) {
    return events.latest(Optional.of(environment.name()), 100).stream().map(Event::text).toList();
  }

  @Override
  public void close() {
    workers.forEach(Worker::close);
    store.close();
  }

  /// The fake runs what is on any cluster.
  private void changed(EnvironmentId id) {
    environments
        .find(id)
        .filter(found -> found.placement() instanceof Placement.On)
        .ifPresent(found -> environments.wake(id, ((Placement.On) found.placement()).cluster()));
  }
}
