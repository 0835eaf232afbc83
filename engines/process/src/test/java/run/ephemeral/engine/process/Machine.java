package run.ephemeral.engine.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import run.ephemeral.core.data.DataServer;
import run.ephemeral.core.data.Database;
import run.ephemeral.core.engine.Instance;
import run.ephemeral.core.engine.Ledger;
import run.ephemeral.core.environment.Observed;
import run.ephemeral.core.gateway.Domain;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.policy.Limits;
import run.ephemeral.core.release.ArtifactOrder;
import run.ephemeral.core.release.Component;
import run.ephemeral.core.release.Mirror;
import run.ephemeral.core.release.Probe;
import run.ephemeral.core.release.SourceTree;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.spec.EngineKind;
import run.ephemeral.core.step.Fence;
import run.ephemeral.core.step.InstanceId;
import run.ephemeral.core.step.Leases;
import run.ephemeral.core.step.Outcome;
import run.ephemeral.core.step.Step;
import run.ephemeral.engine.process.file.Folders;
import run.ephemeral.engine.process.file.Home;
import run.ephemeral.engine.process.instance.Live;
import run.ephemeral.testkit.EngineContract;
import run.ephemeral.testkit.Eventually;
import run.ephemeral.testkit.FakeEngine;
import run.ephemeral.testkit.FakeLedger;
import run.ephemeral.testkit.FakeSwitchboard;
import run.ephemeral.testkit.FolderSources;

/// A real engine in a folder of its own, with short methods for tests.
///
/// The databases are names only: their content is up to the data server.
final class Machine implements AutoCloseable {
  static final Mirror REPOSITORY = new Mirror("app-shop");
  static final Domain DOMAIN = new Domain("http", "localhost", 8080);
  static final ComponentName WEB = new ComponentName("web");

  final Path root;
  final FolderSources sources;
  final FakeSwitchboard switchboard = new FakeSwitchboard();
  final FakeLedger ledger;
  final DataServer data = new FakeEngine(EngineKind.PROCESS, InstantSource.system()).data();
  final ProcessEngine engine;
  private final Limits limits;
  private final List<ServerSocket> listeners = new ArrayList<>();

  Machine() {
    this(Machine.limits(Duration.ofMinutes(1), 1_000_000_000));
  }

  Machine(Limits limits) {
    this(temporary(), new FolderSources(), limits, new FakeLedger());
  }

  private Machine(Path root, FolderSources sources, Limits limits, FakeLedger ledger) {
    this.root = root;
    this.sources = sources;
    this.limits = limits;
    var variables = new HashMap<>(System.getenv());
    variables.put("EPHEMERAL_TOKEN", "secret");
    variables.put("AWS_SECRET_ACCESS_KEY", "secret");
    this.ledger = ledger;
    var leases = new Leases();
    engine =
        new ProcessEngine(
            root, sources, data, ledger, switchboard, () -> DOMAIN, leases, limits, variables);
    engine.start(places(root));
  }

  private static List<EnvironmentKey> places(Path root) {
    try {
      return new Home(root).all();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Machine in(Path root) {
    var limits = limits(Duration.ofMinutes(1), 1_000_000_000);
    return new Machine(root, new FolderSources(), limits, new FakeLedger());
  }

  /// @param command of builds, seeds and tests
  static Limits limits(Duration command, long cacheBytes) {
    var all = Limits.DEFAULT;
    return new Limits(
        all.environments(),
        all.onClusters(),
        all.specBytes(),
        all.starts(),
        all.restart(),
        all.steady(),
        all.retry(),
        all.room(),
        all.grace(),
        all.builds(),
        command,
        command,
        command,
        Duration.ofMillis(100),
        Duration.ofSeconds(1),
        10_000,
        cacheBytes,
        all.spares(),
        all.unused(),
        all.lease(),
        all.executions(),
        all.streams());
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("ephemeral-engine-").toRealPath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Like a kill and restart of the control plane: a second engine over the same folder, unknown to
  /// the first.
  Machine again() {
    return new Machine(root, sources, limits, ledger);
  }

  static EnvironmentKey key() {
    return EngineContract.fresh();
  }

  ArtifactOrder.Built source(Map<String, String> files, Optional<String> command) {
    return new ArtifactOrder.Built(new SourceTree(REPOSITORY, ".", sources.add(files)), command);
  }

  Component.Program program(String run) {
    return program(run, Map.of());
  }

  Component.Program program(String run, Map<String, String> env) {
    var source = source(Map.of("readme", "hello"), Optional.empty());
    return new Component.Program(
        WEB, source, run, env, new Probe(Optional.empty(), Duration.ofMinutes(1)), 0, Set.of());
  }

  String done(EnvironmentKey environment, Step step) {
    return switch (perform(environment, step)) {
      case Outcome.Done(var detail) -> detail;
      case Outcome.Failed(var fault) -> throw new AssertionError(fault.message());
      case Outcome.Stale(), Outcome.NotYet() -> throw new AssertionError("not done");
    };
  }

  String fails(EnvironmentKey environment, Step step) {
    return switch (perform(environment, step)) {
      case Outcome.Done(var detail) -> throw new AssertionError("done: " + detail);
      case Outcome.Failed(var fault) -> fault.message();
      case Outcome.Stale(), Outcome.NotYet() -> throw new AssertionError("not done");
    };
  }

  private Outcome perform(EnvironmentKey environment, Step step) {
    try {
      return switch (step) {
        case Step.AtEngine atEngine -> engine.perform(environment, atEngine, new Fence(1, 1));
        case Step.OfArtifact ofArtifact ->
            engine.artifacts().perform(environment, ofArtifact, new Fence(1, 1));
        case Step.OfData ofData -> data.perform(environment, ofData, new Fence(1, 1));
        case Step.Report _ -> throw new AssertionError("no step of a machine");
      };
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }

  /// How to reach an existing database.
  Database database(EnvironmentKey environment, ComponentName name) {
    return Optional.ofNullable(data.of(environment).get(name)).orElseThrow();
  }

  String build(ArtifactOrder.Built order) {
    return done(key(), new Step.Build(WEB, order, "test"));
  }

  boolean has(ArtifactOrder order) {
    return engine.artifacts().known(Set.of(order)).containsKey(order.key());
  }

  /// Builds and starts a service.
  Instance start(EnvironmentKey environment, Component.Program program) {
    return start(environment, program, 1);
  }

  Instance start(EnvironmentKey environment, Component.Program program, int attempt) {
    build(program.source());
    var id = InstanceId.of(program.name(), program.digest(), attempt);
    done(environment, new Step.Start(id, program, attempt, 0, "test"));
    return instance(environment, id);
  }

  /// Builds and starts a service, and waits until its log says that it is ready.
  Instance ready(EnvironmentKey environment, Component.Program program) {
    var instance = start(environment, program);
    Eventually.eventually("it is ready", () -> log(environment).contains("ready"));
    return instance;
  }

  Step.Await await(Component.Program program, Instance instance) {
    return new Step.Await(program.name(), instance.id(), program.probe(), "test");
  }

  /// Makes an instance healthy, by listening on its port in its place, and routes requests to it.
  Instance serve(EnvironmentKey environment, Component.Program program, Instance instance) {
    listen(instance);
    done(environment, await(program, instance));
    done(environment, new Step.Route(program.name(), instance.id(), "test"));
    return instance(environment, instance.id());
  }

  void listen(Instance instance) {
    try {
      listeners.add(new ServerSocket(instance.port(), 50, InetAddress.getLoopbackAddress()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void stop(EnvironmentKey environment, Instance instance) {
    done(environment, new Step.Stop(instance.service(), instance.id(), "test"));
  }

  Observed observe(EnvironmentKey environment) {
    var held = engine.observe(environment);
    return Observed.of(Map.of(), held, data.observe(environment), List.of());
  }

  Instance instance(EnvironmentKey environment, InstanceId id) {
    return observe(environment).instances().stream()
        .filter(known -> known.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  Instance.State.Ended ended(EnvironmentKey environment, Instance instance) {
    return Eventually.value(
        "it ended",
        () ->
            instance(environment, instance.id()).state() instanceof Instance.State.Ended ended
                ? Optional.of(ended)
                : Optional.empty());
  }

  /// The folder in which a service's process runs.
  Path workspace(EnvironmentKey environment, Component.Program program) {
    return new Home(root).work(environment, program.name()).resolve(program.source().key().brief());
  }

  /// The ledger's entry of a start.
  Ledger.Entry entry(EnvironmentKey environment, Instance instance) {
    return ledger.all().stream()
        .filter(entry -> entry.key().equals(Live.key(environment, instance.id())))
        .findFirst()
        .orElseThrow();
  }

  /// The folder of the files of the shell above a service.
  Path shell(EnvironmentKey environment, Instance instance) {
    var mark = entry(environment, instance).facts().getOrDefault("mark", "");
    return new Home(root).shell(mark).folder();
  }

  String log(EnvironmentKey environment) {
    return text(new Home(root).log(environment, WEB, "run"));
  }

  static String text(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Kills the program of a service. The shell above may not have started the program yet.
  static void kill(Instance instance) {
    var shell = ProcessHandle.of(instance.pid()).orElseThrow();
    Eventually.eventually(
        "the shell ended",
        () -> {
          shell.descendants().forEach(ProcessHandle::destroyForcibly);
          return !shell.isAlive();
        });
  }

  static Path file(Path folder, String name) {
    assertThat(folder.resolve(name)).exists();
    return folder.resolve(name);
  }

  @Override
  public void close() {
    try {
      for (var listener : listeners) {
        listener.close();
      }
      engine.stopEverything();
      engine.close();
      Folders.delete(root);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
