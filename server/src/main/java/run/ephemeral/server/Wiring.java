package run.ephemeral.server;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.KeyedLocks;
import run.ephemeral.core.app.Apps;
import run.ephemeral.core.audit.Inventory;
import run.ephemeral.core.data.Databases;
import run.ephemeral.core.data.SeedFolders;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.environment.Environments;
import run.ephemeral.core.environment.Events;
import run.ephemeral.core.environment.Placement;
import run.ephemeral.core.gateway.Domain;
import run.ephemeral.core.gateway.Reception;
import run.ephemeral.core.name.ClusterName;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.plan.Sentences;
import run.ephemeral.core.policy.Limits;
import run.ephemeral.core.release.Mirror;
import run.ephemeral.core.spec.AppName;
import run.ephemeral.core.spec.SpecReader;
import run.ephemeral.core.step.Leases;
import run.ephemeral.data.postgres.DataLimits;
import run.ephemeral.data.postgres.DatabaseServer;
import run.ephemeral.data.postgres.PostgresData;
import run.ephemeral.engine.process.ProcessEngine;
import run.ephemeral.gateway.Gateway;
import run.ephemeral.gateway.GatewayConfig;
import run.ephemeral.postgres.Address;
import run.ephemeral.postgres.PostgresServer;
import run.ephemeral.reconciler.Approvals;
import run.ephemeral.reconciler.CommandHandler;
import run.ephemeral.reconciler.Effects;
import run.ephemeral.reconciler.Follower;
import run.ephemeral.reconciler.Followers;
import run.ephemeral.reconciler.Following;
import run.ephemeral.reconciler.Reconciler;
import run.ephemeral.reconciler.Releases;
import run.ephemeral.reconciler.Room;
import run.ephemeral.reconciler.Visits;
import run.ephemeral.reconciler.Worker;
import run.ephemeral.reconciler.WorkingTrees;
import run.ephemeral.reconciler.comment.CommentReader;
import run.ephemeral.reconciler.report.LogTail;
import run.ephemeral.specfile.YamlSpecReader;
import run.ephemeral.store.NotificationListener;
import run.ephemeral.store.PostgresStore;

/// All objects of the control plane, connected by constructor calls. This class, [ClusterWiring]
/// and [CodeHostWiring] are the only ones that name adapters.
public final class Wiring {
  private static final Logger LOG = LoggerFactory.getLogger(Wiring.class);
  private static final String DATABASE = "postgres";

  private final Settings settings;
  private final PostgresServer postgres;
  private final PostgresStore store;
  private final Gateway gateway;
  private final PostgresData data;
  private final ProcessEngine engine;
  private final SpecReader specs = new YamlSpecReader(() -> clusters().kinds());
  private final ClusterWiring clusters;
  private final CodeHostWiring codeHosts;
  private final Environments environments;
  private final Apps apps;
  private final Events events;
  private final Inspections inspections;
  private final Notices notices;
  private final Reconciler reconciler;
  private final Worker worker;
  private final Visits visits;
  private final Followers followers;
  private final Following following;
  private final WorkingTrees workingTrees;
  private final CommandHandler commands;
  private final CommentReader comments;
  private final Releases releases;
  private final Attendance attendance;
  private final Usage usage;
  private final Wakes wakes;
  private final NotificationListener notifications;
  private final Hub hub = new Hub();
  private final KeyedLocks<Mirror> repositories = new KeyedLocks<>();

  /// Starts PostgreSQL and opens the store; nothing reconciles yet.
  ///
  /// @param postgres not started
  Wiring(Settings settings, PostgresServer postgres) {
    this.settings = settings;
    this.postgres = postgres;
    var clock = InstantSource.system();
    var limits = Limits.DEFAULT;
    var home = settings.home();
    var address = postgres.start();
    store = PostgresStore.open(address.jdbcUrl(DATABASE), address.user(), address.password());
    environments = store.environments();
    apps = store.apps();
    events = store.events();
    gateway = new Gateway(GatewayConfig.local(settings.gatewayPort()), this::wakeSoon);
    var secrets = new Secrets(home.resolve("secret.key"));
    codeHosts = new CodeHostWiring(settings, store, secrets, clock);
    var sources = codeHosts.sources();
    var codeHost = codeHosts.connected();
    var leases = new Leases();
    data = data(address, leases, limits);
    engine = engine(leases, limits);
    clusters = new ClusterWiring(settings, store, engine, gateway, leases, secrets, clock);
    inspections = new Inspections(clusters.engines(), environments);
    var logs = new LogTail(inspections);
    notices = new Notices(gateway, inspections, sources, Sentences.ENGLISH);
    attendance = new Attendance(home.resolve("attended"), clock);
    reconciler = reconciler(logs, limits, clock);
    worker = new Worker(reconciler, home.toString());
    visits = new Visits(worker, clock);
    releases = new Releases(sources, specs, limits);
    var room = new Room(environments, limits);
    var approvals = new Approvals(apps, clusters.engines());
    followers = new Followers(apps, codeHost, follower(room, approvals, clock), this::readComments);
    workingTrees =
        new WorkingTrees(
            environments, events, sources, repositories, releases, room, clusters.engines(), clock);
    following =
        new Following(
            environments,
            apps,
            codeHost,
            releases,
            followers,
            repositories,
            room,
            approvals,
            clock);
    commands =
        new CommandHandler(environments, apps, events, workingTrees, clusters.pushes(), clock);
    comments =
        codeHosts.comments(commands, following, approvals, logs, reconciler, gateway::domain);
    usage = new Usage(environments, gateway::lastUsed);
    wakes = new Wakes(environments);
    notifications =
        new NotificationListener(
            address.jdbcUrl(DATABASE), address.user(), address.password(), this::heard);
  }

  private Reconciler reconciler(LogTail logs, Limits limits, InstantSource clock) {
    return new Reconciler(
        environments,
        apps,
        events,
        new Effects(clusters.artifacts(), data, clusters.engines(), codeHosts.reports(logs)),
        notices,
        Sentences.ENGLISH,
        codeHosts.reporting(gateway::domain, limits),
        limits,
        clock,
        attendance::since);
  }

  private Follower follower(Room room, Approvals approvals, InstantSource clock) {
    return new Follower(
        apps,
        environments,
        events,
        codeHosts.connected(),
        releases,
        room,
        approvals,
        codeHosts.forkNotices(),
        clock);
  }

  private Followers.Read readComments(AppName app) {
    return comments.read(app);
  }

  private SeedFolders.SeedFolder seedFolder() throws IOException {
    return engine.seedFolders().open();
  }

  private ProcessEngine engine(Leases leases, Limits limits) {
    return new ProcessEngine(
        settings.home(),
        codeHosts.sources(),
        data,
        store.ledger(),
        gateway,
        gateway::domain,
        leases,
        limits,
        System.getenv());
  }

  private PostgresData data(Address address, Leases leases, Limits limits) {
    var server =
        new DatabaseServer(address.host(), address.port(), address.user(), address.password());
    var folder = settings.home().resolve("seeds");
    var kept = new DataLimits(limits.seed(), limits.spares(), limits.unused());
    return new PostgresData(server, codeHosts.sources(), this::seedFolder, folder, leases, kept);
  }

  /// Starts the gateway, adopts running processes and starts reconciling. The gateway learns all
  /// environments first, so requests that come before the first observation are held.
  void start() {
    attendance.start();
    var known = environments.all();
    known.forEach(this::show);
    gateway.start();
    engine.onChange(id -> wakes.add(ClusterName.LOCAL, id));
    engine.start(known.stream().filter(this::isHere).map(Environment::key).toList());
    clusters.start(wakes::add);
    data.start();
    postgres.watch(new PostgresReturn(store, engine, environments, events, hub)::told);
    wakes.start();
    environments.wakeAll();
    worker.start();
    notifications.start();
    followers.start();
    codeHosts.start();
    usage.start();
  }

  private boolean isHere(Environment environment) {
    return environment.placement() instanceof Placement.On(var cluster, _, _)
        && cluster.equals(ClusterName.LOCAL);
  }

  /// Sets what visitors are shown until the first observation. If planning fails here, that
  /// observation sets it.
  private void show(Environment environment) {
    try {
      notices.begins(environment, reconciler.judge(environment));
    } catch (RuntimeException e) {
      LOG.warn("cannot plan {} before its first observation", environment.name(), e);
    }
  }

  private void heard(NotificationListener.Channel channel, String name) {
    switch (channel) {
      case DUE -> worker.ring(name);
      case CHANGED, EVENT -> hub.publish(name);
      case REPOSITORY ->
          // What was not told while the connection was lost is found by asking.
          Optional.of(name)
              .filter(app -> !app.isEmpty())
              .map(AppName::new)
              .ifPresent(followers::nudge);
    }
  }

  private void wakeSoon(EnvironmentName name) {
    Thread.startVirtualThread(
        () -> {
          try {
            visits.visited(name);
          } catch (RuntimeException e) {
            LOG.warn("{} could not be woken by a visit: {}", name, e.toString());
          }
        });
  }

  /// Stops everything.
  ///
  /// @param keepRunning leave processes, databases and PostgreSQL to the next control plane
  void stop(boolean keepRunning) throws InterruptedException {
    hub.close();
    attendance.close();
    usage.close();
    wakes.close();
    followers.close();
    worker.close();
    notifications.close();
    if (!keepRunning) {
      engine.stopEverything();
    }
    engine.close();
    clusters.close();
    data.close();
    gateway.close();
    store.close();
    codeHosts.close();
    if (keepRunning) {
      postgres.close();
    } else {
      postgres.stop();
    }
  }

  public Path home() {
    return settings.home();
  }

  public String api() {
    return settings.api();
  }

  public String gatewayUrl() {
    return "http://localhost:" + gateway.port();
  }

  public Environments environments() {
    return environments;
  }

  public Apps apps() {
    return apps;
  }

  public Events events() {
    return events;
  }

  public Reconciler reconciler() {
    return reconciler;
  }

  public Following following() {
    return following;
  }

  public WorkingTrees workingTrees() {
    return workingTrees;
  }

  ClusterWiring clusters() {
    return clusters;
  }

  CodeHostWiring codeHosts() {
    return codeHosts;
  }

  public CommandHandler commands() {
    return commands;
  }

  Pipelines pipelines() {
    return codeHosts.pipelines(following, commands);
  }

  public Inspections inspections() {
    return inspections;
  }

  public Passages passages() {
    return new Passages(
        environments, reconciler, Sentences.ENGLISH, gateway, gateway, visits::visited);
  }

  public Databases databases() {
    return data;
  }

  public Reception reception() {
    return gateway;
  }

  /// Call only after the gateway has started, which decides the port.
  public Domain domain() {
    return gateway.domain();
  }

  public SpecReader specs() {
    return specs;
  }

  /// The inventories of everything that keeps resources outside the tables.
  List<Inventory> inventories() {
    var all = new ArrayList<>(clusters.engines().inventories());
    all.addAll(List.of(engine.inventory(), data.inventory(), gateway, codeHosts.sources()));
    return all;
  }

  /// Locks by mirror: one thread at a time makes or removes a mirror.
  KeyedLocks<Mirror> repositories() {
    return repositories;
  }

  public Hub hub() {
    return hub;
  }

  /// The version of PostgreSQL; empty when the server does not answer.
  public Optional<String> postgresVersion() {
    return data.version();
  }
}
