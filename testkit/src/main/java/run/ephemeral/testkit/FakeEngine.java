package run.ephemeral.testkit;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import run.ephemeral.core.Digest;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.artifact.Artifacts;
import run.ephemeral.core.data.DataServer;
import run.ephemeral.core.data.Database;
import run.ephemeral.core.engine.Engine;
import run.ephemeral.core.engine.Inspection;
import run.ephemeral.core.engine.Running;
import run.ephemeral.core.engine.TestResult;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.release.Artifact;
import run.ephemeral.core.release.ArtifactOrder;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.spec.EngineKind;
import run.ephemeral.core.step.Fence;
import run.ephemeral.core.step.Outcome;
import run.ephemeral.core.step.Step;

/// An in-memory engine of either kind, with artifacts and a data server. They pass the contract
/// tests of the real ones, and can be made to fail.
public final class FakeEngine implements Engine {
  private final EngineKind kind;
  private final InstantSource clock;
  private final Artifacts artifacts = new Both();
  private final Set<Digest> built = new HashSet<>();
  private final Map<String, String> pushed = new HashMap<>();
  private final Map<EnvironmentId, World> worlds = new HashMap<>();
  private final List<Consumer<EnvironmentId>> listeners = new CopyOnWriteArrayList<>();
  private final List<String> performed = new CopyOnWriteArrayList<>();
  private volatile @Nullable Fault blind;
  private volatile Function<Step, Optional<Fault>> trouble = step -> Optional.empty();

  public FakeEngine(EngineKind kind, InstantSource clock) {
    this.kind = kind;
    this.clock = clock;
  }

  /// What exists for one environment.
  private final class World {
    final Map<ComponentName, Digest> databases = new HashMap<>();
    final FakeProcesses processes = new FakeProcesses(clock);
    final FakeWorkloads workloads = new FakeWorkloads();
    final List<TestResult> tests = new ArrayList<>();
    long lease;
    boolean folder;

    Running running() {
      return switch (kind) {
        case PROCESS -> processes.running();
        case KUBERNETES -> workloads.running();
      };
    }
  }

  /// The artifacts: builds and an image registry.
  public Artifacts artifacts() {
    return artifacts;
  }

  /// The data server.
  public DataServer data() {
    return new Data();
  }

  /// From now on steps for which this returns a fault fail with it.
  public void failWith(Function<Step, Optional<Fault>> trouble) {
    this.trouble = trouble;
  }

  /// Pushes an image to the registry.
  public synchronized void push(String image, String tag, String digest) {
    pushed.put(image + ":" + tag, digest);
  }

  /// The keys of all performed steps, in order, except erasures that found no data.
  public List<String> performed() {
    return List.copyOf(performed);
  }

  /// The number of processes or pods that run in all environments.
  public synchronized long running() {
    return worlds.values().stream()
        .mapToLong(world -> world.processes.count() + world.workloads.count())
        .sum();
  }

  /// Ends a service's process or pod as if it had crashed.
  public void crash(EnvironmentId environment, ComponentName service, String why) {
    synchronized (this) {
      var world = world(environment);
      world.processes.crash(service, why);
      world.workloads.crash(service, why);
    }
    changed(environment);
  }

  /// Makes a workload ready again, as a cluster does by itself.
  public void recover(EnvironmentId environment, ComponentName service) {
    synchronized (this) {
      world(environment).workloads.recover(service);
    }
    changed(environment);
  }

  /// Closes a service's stable address, as if file descriptors had run out.
  public void close(EnvironmentId environment, ComponentName service) {
    synchronized (this) {
      world(environment).processes.close(service);
    }
    changed(environment);
  }

  private void changed(EnvironmentId environment) {
    listeners.forEach(listener -> listener.accept(environment));
  }

  /// From now on observations fail with this fault; null ends that.
  public void blind(@Nullable Fault why) {
    blind = why;
  }

  @Override
  public EngineKind kind() {
    return kind;
  }

  /// Not supported: fakes have no logs and run no commands.
  @Override
  public Inspection inspection() {
    throw new UnsupportedOperationException("a fake engine shows nothing");
  }

  @Override
  public synchronized Engine.Held observe(EnvironmentKey environment) {
    var why = blind;
    if (why != null) {
      throw new FaultException(why);
    }
    var world = world(environment.id());
    return new Engine.Held(world.running(), world.tests, world.folder);
  }

  @Override
  public Outcome perform(EnvironmentKey environment, Step.AtEngine step, Fence fence) {
    return perform(environment, step, fence, world -> noted(environment, step, apply(world, step)));
  }

  private Outcome noted(EnvironmentKey environment, Step step, Outcome outcome) {
    if (outcome instanceof Outcome.Done) {
      performed.add(environment.name() + " " + step.key());
    }
    return outcome;
  }

  private Outcome perform(
      EnvironmentKey environment, Step step, Fence fence, Function<World, Outcome> effect) {
    if (!isCurrent(environment, fence)) {
      return new Outcome.Stale();
    }
    var fault = trouble.apply(step);
    if (fault.isPresent()) {
      return new Outcome.Failed(fault.get());
    }
    synchronized (this) {
      return isCurrent(environment, fence)
          ? effect.apply(world(environment.id()))
          : new Outcome.Stale();
    }
  }

  private synchronized boolean isCurrent(EnvironmentKey environment, Fence fence) {
    var world = world(environment.id());
    world.lease = Math.max(world.lease, fence.lease());
    return world.lease == fence.lease();
  }

  private static Outcome apply(World world, Step.AtEngine step) {
    Optional<Fault> refused = Optional.empty();
    switch (step) {
      case Step.OfProcess ofProcess -> {
        world.folder |= step instanceof Step.Start;
        refused = world.processes.apply(ofProcess);
      }
      case Step.OfWorkload ofWorkload -> {
        world.folder |= step instanceof Step.Apply;
        refused = world.workloads.apply(ofWorkload);
      }
      case Step.Test test -> {
        world.folder = true;
        world.tests.removeIf(known -> known.test().equals(test.test().name()));
        world.tests.add(new TestResult(test.test().name(), test.result(), true, "passed"));
      }
      case Step.Erase ignored -> {
        world.processes.clear();
        world.workloads.clear();
        world.tests.clear();
        world.folder = false;
      }
    }
    return refused.<Outcome>map(Outcome.Failed::new).orElseGet(() -> new Outcome.Done("done"));
  }

  private World world(EnvironmentId id) {
    return worlds.computeIfAbsent(id, ignored -> new World());
  }

  @Override
  public void onChange(Consumer<EnvironmentId> listener) {
    listeners.add(listener);
  }

  /// Builds, and a registry that is queried only by steps.
  private final class Both implements Artifacts {
    private final Map<Digest, Artifact> images = new ConcurrentHashMap<>();

    @Override
    public Map<Digest, Artifact> known(Set<ArtifactOrder> orders) {
      var known = new HashMap<Digest, Artifact>();
      synchronized (FakeEngine.this) {
        for (var order : orders) {
          find(order).ifPresent(artifact -> known.put(order.key(), artifact));
        }
      }
      return known;
    }

    private Optional<Artifact> find(ArtifactOrder order) {
      return switch (order) {
        case ArtifactOrder.Built _ ->
            Optional.<Artifact>of(new Artifact.Folder()).filter(_ -> built.contains(order.key()));
        case ArtifactOrder.Pulled _ -> Optional.ofNullable(images.get(order.key()));
      };
    }

    @Override
    public Outcome perform(EnvironmentKey environment, Step.OfArtifact step, Fence fence) {
      return FakeEngine.this.perform(
          environment,
          step,
          fence,
          world ->
              noted(
                  environment,
                  step,
                  switch (step) {
                    case Step.Build build -> {
                      built.add(build.order().key());
                      yield new Outcome.Done("built");
                    }
                    case Step.Resolve resolve -> resolve(resolve.order());
                  }));
    }

    private Outcome resolve(ArtifactOrder.Pulled order) {
      for (var tag : order.tags()) {
        var digest = pushed.get(order.image() + ":" + tag);
        if (digest != null) {
          images.put(order.key(), new Artifact.Image(order.image(), tag, digest));
          return new Outcome.Done("found " + order.image() + ":" + tag);
        }
      }
      return new Outcome.NotYet();
    }
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
    public Outcome perform(EnvironmentKey environment, Step.OfData step, Fence fence) {
      return FakeEngine.this.perform(
          environment,
          step,
          fence,
          world -> {
            var isNothing = step instanceof Step.Erase && world.databases.isEmpty();
            apply(world, step);
            var done = new Outcome.Done("done");
            return isNothing ? done : noted(environment, step, done);
          });
    }

    private void apply(World world, Step.OfData step) {
      switch (step) {
        case Step.Copy copy ->
            world.databases.putIfAbsent(copy.database().name(), copy.database().key());
        case Step.Drop drop -> world.databases.remove(drop.database());
        case Step.Erase ignored -> world.databases.clear();
      }
    }
  }
}
