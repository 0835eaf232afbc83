package run.ephemeral.testkit;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import run.ephemeral.core.Digest;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.data.DataServer;
import run.ephemeral.core.data.Database;
import run.ephemeral.core.engine.Engine;
import run.ephemeral.core.engine.Instance;
import run.ephemeral.core.engine.TestResult;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.step.InstanceId;
import run.ephemeral.core.step.Outcome;
import run.ephemeral.core.step.Step;

/// An engine in memory, and a data server beside it. They keep [EngineContract] and
/// [DataServerContract], and add ways to make them fail.
public final class FakeEngine implements Engine {
  private final InstantSource clock;
  private final Set<Digest> artifacts = new HashSet<>();
  private final Map<EnvironmentId, World> worlds = new HashMap<>();
  private final List<Consumer<EnvironmentId>> listeners = new CopyOnWriteArrayList<>();
  private final List<String> performed = new CopyOnWriteArrayList<>();
  private volatile @Nullable Fault blind;
  private volatile Function<Step, Optional<Fault>> trouble = step -> Optional.empty();

  public FakeEngine(InstantSource clock) {
    this.clock = clock;
  }

  /// What exists of one environment.
  private static final class World {
    final Map<ComponentName, Digest> databases = new HashMap<>();
    final List<Instance> instances = new ArrayList<>();
    final Set<ComponentName> closed = new HashSet<>();
    final List<TestResult> tests = new ArrayList<>();
    long lease;
    boolean folder;
  }

  /// The data server beside it.
  public DataServer data() {
    return new Data();
  }

  /// From now on steps fail with what this returns.
  public void failWith(Function<Step, Optional<Fault>> trouble) {
    this.trouble = trouble;
  }

  /// The keys of every step done, in order; without those of a data server that erased nothing.
  public List<String> performed() {
    return List.copyOf(performed);
  }

  /// How many processes run in all environments.
  public synchronized long running() {
    return worlds.values().stream().mapToLong(world -> world.instances.size()).sum();
  }

  /// Ends a service's process as if it had crashed.
  public void crash(EnvironmentId environment, ComponentName service, String why) {
    synchronized (this) {
      var world = world(environment);
      world.instances.replaceAll(
          instance ->
              instance.service().equals(service)
                  ? with(instance, false, ended(instance, why))
                  : instance);
    }
    listeners.forEach(listener -> listener.accept(environment));
  }

  /// Closes a service's stable address, as lack of file descriptors does.
  public void close(EnvironmentId environment, ComponentName service) {
    synchronized (this) {
      world(environment).closed.add(service);
    }
    listeners.forEach(listener -> listener.accept(environment));
  }

  /// From now on nothing can be observed, for this reason; null to see again.
  public void blind(@Nullable Fault why) {
    blind = why;
  }

  private Instance.State ended(Instance instance, String why) {
    var served =
        instance.state() instanceof Instance.State.Healthy ? Duration.ofMillis(1) : Duration.ZERO;
    return new Instance.State.Ended(why, clock.instant(), served);
  }

  @Override
  public synchronized Engine.Held observe(EnvironmentKey environment, Set<Digest> builds) {
    var why = blind;
    if (why != null) {
      throw new FaultException(why);
    }
    var world = world(environment.id());
    var known = new HashSet<>(builds);
    known.retainAll(artifacts);
    return new Engine.Held(known, world.instances, world.closed, world.tests, world.folder);
  }

  @Override
  public Outcome perform(EnvironmentKey environment, Step.AtEngine step, long lease) {
    return perform(
        environment,
        step,
        lease,
        world -> {
          note(environment, step);
          apply(world, step);
        });
  }

  private void note(EnvironmentKey environment, Step step) {
    performed.add(environment.name() + " " + step.key());
  }

  private Outcome perform(
      EnvironmentKey environment, Step step, long lease, Consumer<World> effect) {
    if (!isCurrent(environment, lease)) {
      return new Outcome.Stale();
    }
    var fault = trouble.apply(step);
    if (fault.isPresent()) {
      return new Outcome.Failed(fault.get());
    }
    return done(environment, step, lease, effect);
  }

  private synchronized boolean isCurrent(EnvironmentKey environment, long lease) {
    var world = world(environment.id());
    world.lease = Math.max(world.lease, lease);
    return world.lease == lease;
  }

  private synchronized Outcome done(
      EnvironmentKey environment, Step step, long lease, Consumer<World> effect) {
    if (!isCurrent(environment, lease)) {
      return new Outcome.Stale();
    }
    var world = world(environment.id());
    var refused = refusal(world, step);
    if (refused.isPresent()) {
      return new Outcome.Failed(refused.get());
    }
    effect.accept(world);
    return new Outcome.Done("done");
  }

  /// What is not there, or ended, can be neither awaited nor routed.
  private static Optional<Fault> refusal(World world, Step step) {
    if (step instanceof Step.Await await) {
      return unlessRunning(world, await.instance());
    }
    return step instanceof Step.Route route
        ? unlessRunning(world, route.instance())
        : Optional.empty();
  }

  private static Optional<Fault> unlessRunning(World world, InstanceId id) {
    var found = find(world, id);
    if (found.isEmpty()) {
      return Optional.of(Fault.user("it is not there"));
    }
    return found.get().state() instanceof Instance.State.Ended ended
        ? Optional.of(Fault.user(ended.why()))
        : Optional.empty();
  }

  private void apply(World world, Step.AtEngine step) {
    switch (step) {
      case Step.Build build -> artifacts.add(build.order().key());
      case Step.Start start -> {
        world.folder = true;
        if (find(world, start.instance()).isEmpty()) {
          world.instances.add(instance(start));
        }
      }
      case Step.Await await -> becomeHealthy(world, await.instance());
      case Step.Route route ->
          world.instances.replaceAll(
              known ->
                  known.service().equals(route.service())
                      ? with(known, known.id().equals(route.instance()), known.state())
                      : known);
      case Step.Open open -> world.closed.remove(open.service());
      case Step.Stop stop -> world.instances.removeIf(known -> known.id().equals(stop.instance()));
      case Step.Test test -> {
        world.folder = true;
        world.tests.removeIf(known -> known.test().equals(test.order().test()));
        world.tests.add(new TestResult(test.order().test(), test.order().key(), true, "passed"));
      }
      case Step.Erase ignored -> {
        world.instances.clear();
        world.closed.clear();
        world.tests.clear();
        world.folder = false;
      }
    }
  }

  private Instance instance(Step.Start start) {
    return new Instance(
        start.instance(),
        start.unit().service(),
        start.unit().digest(),
        start.attempt(),
        start.failures(),
        1,
        1,
        clock.instant(),
        false,
        new Instance.State.Starting());
  }

  private static Optional<Instance> find(World world, InstanceId id) {
    return world.instances.stream().filter(known -> known.id().equals(id)).findFirst();
  }

  private void becomeHealthy(World world, InstanceId id) {
    world.instances.replaceAll(
        known ->
            known.id().equals(id) && known.state() instanceof Instance.State.Starting
                ? with(known, known.routed(), new Instance.State.Healthy(clock.instant()))
                : known);
  }

  private static Instance with(Instance old, boolean routed, Instance.State state) {
    return new Instance(
        old.id(),
        old.service(),
        old.unit(),
        old.attempt(),
        old.failures(),
        old.pid(),
        old.port(),
        old.startedAt(),
        routed,
        state);
  }

  private World world(EnvironmentId id) {
    return worlds.computeIfAbsent(id, ignored -> new World());
  }

  @Override
  public void onChange(Consumer<EnvironmentId> listener) {
    listeners.add(listener);
  }

  private final class Data implements DataServer {
    @Override
    public DataServer.Held observe(EnvironmentKey environment) {
      synchronized (FakeEngine.this) {
        var databases = world(environment.id()).databases;
        return new DataServer.Held(databases, databases.keySet());
      }
    }

    @Override
    public Map<ComponentName, Database> of(EnvironmentKey environment) {
      var all = new HashMap<ComponentName, Database>();
      for (var name : observe(environment).databases().keySet()) {
        var text = environment.id() + "_" + name;
        all.put(
            name, new Database("url:" + text, "jdbc:" + text, "db", 5432, text, text, "secret"));
      }
      return all;
    }

    @Override
    public Outcome perform(EnvironmentKey environment, Step.OfData step, long lease) {
      return FakeEngine.this.perform(
          environment,
          step,
          lease,
          world -> {
            if (!(step instanceof Step.Erase) || !world.databases.isEmpty()) {
              note(environment, step);
            }
            apply(world, step);
          });
    }

    private void apply(World world, Step.OfData step) {
      switch (step) {
        case Step.Copy copy ->
            world.databases.putIfAbsent(copy.order().database(), copy.order().key());
        case Step.Drop drop -> world.databases.remove(drop.database());
        case Step.Erase ignored -> world.databases.clear();
      }
    }
  }
}
