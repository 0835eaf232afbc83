package run.ephemeral.engine.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.artifact.Artifacts;
import run.ephemeral.core.audit.Inventory;
import run.ephemeral.core.codehost.Sources;
import run.ephemeral.core.data.Databases;
import run.ephemeral.core.data.SeedFolders;
import run.ephemeral.core.engine.Engine;
import run.ephemeral.core.engine.Execution;
import run.ephemeral.core.engine.Inspection;
import run.ephemeral.core.engine.Ledger;
import run.ephemeral.core.engine.LogReader;
import run.ephemeral.core.engine.Running;
import run.ephemeral.core.gateway.Domain;
import run.ephemeral.core.gateway.Switchboard;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.policy.Limits;
import run.ephemeral.core.release.Component;
import run.ephemeral.core.release.Components;
import run.ephemeral.core.release.LogKind;
import run.ephemeral.core.release.Release;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.spec.EngineKind;
import run.ephemeral.core.step.Fence;
import run.ephemeral.core.step.Leases;
import run.ephemeral.core.step.Outcome;
import run.ephemeral.core.step.Step;
import run.ephemeral.engine.process.build.Builds;
import run.ephemeral.engine.process.build.Workspaces;
import run.ephemeral.engine.process.command.Commands;
import run.ephemeral.engine.process.command.Executions;
import run.ephemeral.engine.process.command.Marks;
import run.ephemeral.engine.process.command.Spawn;
import run.ephemeral.engine.process.command.Toolchain;
import run.ephemeral.engine.process.file.Folders;
import run.ephemeral.engine.process.file.Home;
import run.ephemeral.engine.process.instance.Addresses;
import run.ephemeral.engine.process.instance.Adoption;
import run.ephemeral.engine.process.instance.Drift;
import run.ephemeral.engine.process.instance.Entries;
import run.ephemeral.engine.process.instance.Instances;
import run.ephemeral.engine.process.instance.Live;
import run.ephemeral.engine.process.instance.Starts;
import run.ephemeral.engine.process.instance.Variables;
import run.ephemeral.engine.process.log.LogFiles;
import run.ephemeral.engine.process.log.Logs;

/// Runs environments as processes of this machine. A folder belongs to one engine at a time.
///
/// Isolates the data of environments, not their rights: a service has all rights of the user who
/// runs the control plane.
public final class ProcessEngine implements Engine, Inspection, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ProcessEngine.class);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);
  private static final Duration BETWEEN_COMPARISONS = Duration.ofSeconds(3);
  private static final Duration BETWEEN_ROUNDS = Duration.ofSeconds(10);
  private static final Duration BETWEEN_COLLECTIONS = Duration.ofHours(1);

  private final Home home;
  private final Switchboard switchboard;
  private final Supplier<Domain> domain;
  private final Toolchain toolchain;
  private final Commands commands;
  private final Logs logs;
  private final Executions executions;
  private final Builds builds;
  private final Workspaces workspaces;
  private final Addresses addresses;
  private final Variables variables;
  private final Instances instances;
  private final Tests tests;
  private final Adoption adoption;
  private final Drift drift;
  private final Entries entries;
  private final Inventory inventory;
  private final Limits limits;
  private final Performer performer;
  private final List<Consumer<EnvironmentId>> listeners = new CopyOnWriteArrayList<>();
  private final ScheduledExecutorService background =
      Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().factory());

  /// @param root the folder of all the engine keeps outside the ledger
  /// @param databases supplies the databases of an environment to its services
  /// @param ledger holds what services must not be able to change
  /// @param leases shared with the data server
  /// @param machine the variables of this machine, a few of which processes get
  public ProcessEngine(
      Path root,
      Sources sources,
      Databases databases,
      Ledger ledger,
      Switchboard switchboard,
      Supplier<Domain> domain,
      Leases leases,
      Limits limits,
      Map<String, String> machine) {
    this.performer = new Performer(leases, root);
    this.home = new Home(root);
    this.switchboard = switchboard;
    this.domain = domain;
    this.limits = limits;
    this.toolchain = new Toolchain(machine);
    var spawn = new Spawn(toolchain);
    var marks = Marks.of(root);
    this.commands = new Commands(spawn, marks, home.scratch());
    this.logs = new Logs(limits.logBytes());
    this.executions = new Executions(spawn, commands, limits.executions());
    this.builds =
        new Builds(home.builds(), sources, commands, toolchain, limits, this::artifactsInUse);
    this.workspaces = new Workspaces(home, builds);
    this.entries = new Entries(ledger);
    this.addresses = new Addresses(entries, switchboard);
    this.variables = new Variables(toolchain, databases, addresses, domain);
    var starts = new Starts(home, entries, marks, spawn, workspaces, variables);
    this.instances =
        new Instances(home, entries, starts, workspaces, switchboard, limits, this::changed);
    this.adoption = new Adoption(home, marks, entries, starts, instances, addresses, limits.stop());
    this.drift = new Drift(instances, addresses, this::changed);
    this.tests = new Tests(home, entries, builds, commands, variables, limits);
    this.inventory =
        new ProcessInventory(
            home, marks, instances, commands, builds, addresses, limits, this::clear);
  }

  /// Adopts the processes of an earlier control plane. Must run before any observation. If the
  /// adoption of one environment fails, only that environment's observation fails.
  ///
  /// @param environments all environments
  public void start(Collection<EnvironmentKey> environments) {
    entries.open();
    unlessItFails("the scratch folder", commands::tidy);
    unlessItFails("the folder of builds", builds::tidy);
    for (var environment : environments) {
      unlessItFails("the folder of " + environment.name(), () -> home.tidy(environment));
    }
    unlessItFails("the list of processes", () -> adoption.adopt(environments));
    every(BETWEEN_LOOKS, this::rotateLogsThatGrow);
    every(BETWEEN_ROUNDS, this::rotateLogs);
    every(BETWEEN_COMPARISONS, drift::tell);
    every(BETWEEN_COLLECTIONS, this::collect);
  }

  private interface FileWork {
    void run() throws IOException;
  }

  /// A failed cleanup blocks nothing; the next start retries it.
  private static void unlessItFails(String what, FileWork work) {
    try {
      work.run();
    } catch (IOException | RuntimeException e) {
      LOG.warn("cleaning up {} failed: {}", what, e.toString());
    }
  }

  /// Removes old logs of builds that left no artifact, and of seeds.
  void collect() {
    builds.collect();
    LogFiles.collect(home.seeds(), limits.unused(), log -> false);
  }

  private void every(Duration pause, Runnable work) {
    var millis = pause.toMillis();
    var _ =
        background.scheduleWithFixedDelay(
            () -> {
              try {
                work.run();
              } catch (RuntimeException e) {
                LOG.warn("a periodic task failed", e);
              }
            },
            millis,
            millis,
            TimeUnit.MILLISECONDS);
  }

  private void rotateLogsThatGrow() {
    Stream.concat(instances.logs(), commands.logs()).forEach(logs::rotate);
  }

  /// Includes the logs of ended programs, which may have grown just before the end.
  private void rotateLogs() {
    logs.rotate(home.environments(), 3);
    logs.rotate(home.builds(), 1);
    logs.rotate(home.seeds(), 1);
  }

  private Set<Path> artifactsInUse() {
    return instances.builds().stream().map(builds::artifact).collect(Collectors.toSet());
  }

  private void changed(EnvironmentId environment) {
    listeners.forEach(listener -> listener.accept(environment));
  }

  @Override
  public void onChange(Consumer<EnvironmentId> listener) {
    listeners.add(listener);
  }

  @Override
  public EngineKind kind() {
    return EngineKind.PROCESS;
  }

  @Override
  public Inspection inspection() {
    return this;
  }

  @Override
  public Held observe(EnvironmentKey environment) {
    adoption.ensure(environment);
    var traces = Files.exists(home.of(environment)) || entries.hasAny(environment.id());
    var seen = drift.look(environment, traces);
    var running = new Running.Processes(seen.instances(), seen.closed());
    return new Held(running, tests.of(environment), traces);
  }

  @Override
  public Outcome perform(EnvironmentKey environment, Step.AtEngine step, Fence fence)
      throws InterruptedException {
    return performer.perform(environment, step, fence, () -> act(environment, step));
  }

  private String act(EnvironmentKey environment, Step.AtEngine step)
      throws IOException, InterruptedException {
    return switch (step) {
      case Step.Start start -> instances.start(environment, start);
      case Step.Await await -> instances.await(environment, await);
      case Step.Route route -> instances.route(environment, route);
      case Step.Stop stop -> instances.stop(environment, stop.instance());
      case Step.Open open -> "opened port " + addresses.port(environment, open.service());
      case Step.Test test ->
          tests.run(environment, test.test(), test.result(), domain.get().url(environment.name()));
      case Step.OfWorkload _ -> throw new IllegalStateException("there are no workloads here");
      case Step.Erase ignored -> erase(environment);
    };
  }

  private String erase(EnvironmentKey environment) throws IOException, InterruptedException {
    clear(environment);
    switchboard.forget(environment.name());
    return "nothing is left";
  }

  /// Removes all but the environment's entry in the switchboard, which is found by name: the name
  /// of a leftover may belong to another environment by now.
  private void clear(EnvironmentKey environment) throws IOException, InterruptedException {
    adoption.ensure(environment);
    executions.end(environment.id());
    instances.stopAll(environment);
    instances.forget(environment.id());
    Folders.delete(home.of(environment));
    entries.strike(environment.id());
  }

  @Override
  public LogReader log(
      EnvironmentKey environment,
      Release release,
      ComponentName component,
      LogKind source,
      int last) {
    return logs.read(fileOf(environment, release, component, source), last);
  }

  /// For a component without a build, the path of a log that is never written.
  private Path fileOf(
      EnvironmentKey environment, Release release, ComponentName component, LogKind source) {
    return switch (source) {
      case RUN -> home.log(environment, component, "run");
      case TEST -> home.log(environment, component, "test");
      case BUILD ->
          program(release, component)
              .map(program -> builds.log(program.source().key()))
              .orElseGet(() -> home.log(environment, component, "build"));
    };
  }

  private static Optional<Component.Program> program(Release release, ComponentName service) {
    return Components.fitting(release, EngineKind.PROCESS).find(Component.Program.class, service);
  }

  @Override
  public Execution exec(
      EnvironmentKey environment, Release release, ComponentName service, List<String> command) {
    var program = program(release, service);
    var running = instances.newest(environment, service);
    var build = running.map(Live::build).or(() -> program.map(known -> known.source().key()));
    var folder = build.flatMap(key -> workspaces.find(environment, service, key));
    if (folder.isEmpty() || program.isEmpty()) {
      throw new FaultException(
          Fault.user("`%s` was never started, so it has no folder".formatted(service)));
    }
    var env = variables.of(environment, program.get().env(), Variables.NO_PORT);
    running.ifPresent(
        live -> {
          env.put("PORT", Integer.toString(live.port()));
          env.put(Spawn.MARK, live.mark());
        });
    var execution = executions.start(environment.id(), folder.get(), command, env);
    if (!running.map(Live::mark).equals(instances.newest(environment, service).map(Live::mark))) {
      execution.close();
      throw new FaultException(
          Fault.user("`%s` was started or stopped just now; try again".formatted(service)));
    }
    return execution;
  }

  @Override
  public Optional<String> address(EnvironmentKey environment, ComponentName service) {
    return addresses.knownPort(environment.id(), service).map(port -> "http://127.0.0.1:" + port);
  }

  /// To be called after the ledger's server crashed and is back.
  public void writeLedgerAgain() {
    entries.writeAgain();
  }

  /// Ends every process of every environment; their data stays.
  public void stopEverything() throws InterruptedException {
    var environments = instances.known().map(Live::environment).distinct().toList();
    var threads = new ArrayList<Thread>();
    for (var environment : environments) {
      threads.add(
          Thread.startVirtualThread(
              () -> {
                try {
                  instances.stopAll(environment);
                } catch (InterruptedException e) {
                  LOG.warn("interrupted while stopping {}", environment.name(), e);
                }
              }));
    }
    for (var thread : threads) {
      thread.join();
    }
  }

  /// The artifacts that this engine builds.
  public Artifacts artifacts() {
    return new BuiltFolders(builds, performer);
  }

  /// Where seeds are unpacked and their commands run.
  public SeedFolders seedFolders() {
    return new ProcessSeedFolders(commands, toolchain, home.seeds());
  }

  /// Everything this engine holds, for the audit.
  public Inventory inventory() {
    return inventory;
  }

  /// Ends commands of `ephemeral exec` and stops watching; processes of services keep running.
  @Override
  public void close() {
    executions.close();
    background.shutdownNow();
    entries.close();
  }
}
