package run.ephemeral.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.audit.Inventory;
import run.ephemeral.core.cluster.AddedCluster;
import run.ephemeral.core.cluster.ClusterAccess;
import run.ephemeral.core.cluster.Clusters;
import run.ephemeral.core.engine.Capacity;
import run.ephemeral.core.engine.Cluster;
import run.ephemeral.core.engine.Engine;
import run.ephemeral.core.engine.Engines;
import run.ephemeral.core.name.ClusterName;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.spec.AppSpec;
import run.ephemeral.core.spec.EngineKind;

/// The engines of this machine and of all clusters that were added. Other control planes with the
/// same database learn of a change within [#BETWEEN_LOOKS].
public final class ClusterEngines implements Engines, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterEngines.class);
  /// Before the name of a context of the control plane's own file, in place of a kubeconfig.
  static final String ON_DISK = "context of the file: ";

  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(30);

  private final Engine local;
  private final Clusters clusters;
  private final Secrets secrets;
  private final Path files;
  private final Runnable grown;
  private final ClusterAccess access;
  private volatile Map<ClusterName, Connected> connected = Map.of();
  private volatile Map<ClusterName, String> problems = Map.of();
  private volatile @Nullable BiConsumer<ClusterName, EnvironmentId> listener;
  private final Thread thread = Thread.ofVirtual().name("clusters").unstarted(this::follow);

  private record Connected(
      AddedCluster added, String kubeconfig, ClusterAccess.Connection connection) {
    /// The same connection, with the labels and the cordon of now.
    Connected now(AddedCluster row) {
      var settings = added.settings();
      var known =
          new AddedCluster(
              row.name(), row.labels(), row.kubeconfig(), settings, row.cordoned(), row.addedAt());
      return new Connected(known, kubeconfig, connection);
    }

    /// What a service requests that says nothing.
    Capacity usual() {
      var sizes = added.settings().sizes();
      return Capacity.of(sizes.requestCpu(), sizes.requestMemory());
    }
  }

  /// @param files the folder of kubeconfig files that are not in the database
  /// @param grown called after a cluster was connected that was not, or in another way, before, or
  ///     has other labels
  ClusterEngines(
      Engine local,
      Clusters clusters,
      Secrets secrets,
      Path files,
      ClusterAccess access,
      Runnable grown) {
    this.grown = grown;
    this.local = local;
    this.clusters = clusters;
    this.secrets = secrets;
    this.files = files;
    this.access = access;
  }

  /// @param changed told of environments that changed on a cluster
  void start(BiConsumer<ClusterName, EnvironmentId> changed) {
    listener = changed;
    connected.forEach(
        (name, each) -> each.connection().engine().onChange(id -> changed.accept(name, id)));
    thread.start();
  }

  private void follow() {
    try {
      while (true) {
        Thread.sleep(BETWEEN_LOOKS);
        try {
          reload();
        } catch (RuntimeException e) {
          LOG.warn("the clusters cannot be read: {}", e.toString());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Connects to clusters that were added, and lets go of those that were removed.
  public synchronized void reload() {
    var now = new HashMap<ClusterName, Connected>();
    var troubles = new HashMap<ClusterName, String>();
    for (var added : clusters.all()) {
      try {
        now.put(added.name(), connect(added));
      } catch (IllegalArgumentException | UncheckedIOException e) {
        var why = String.valueOf(e.getMessage());
        if (!why.equals(problems.get(added.name()))) {
          LOG.error("cluster `{}` cannot be used: {}", added.name(), why);
        }
        troubles.put(added.name(), why);
        // Such as a file that is being written: the connection that works is kept.
        Optional.ofNullable(connected.get(added.name()))
            .ifPresent(it -> now.put(added.name(), it.now(added)));
      }
    }
    var before = connected;
    // Another connection may be allowed what the one before was not, and labels select.
    var isNew = now.entrySet().stream().anyMatch(each -> isNew(each.getValue(), before));
    connected = Map.copyOf(now);
    problems = Map.copyOf(troubles);
    before.forEach(
        (name, old) -> {
          var next = now.get(name);
          if (next == null || !next.connection().equals(old.connection())) {
            old.connection().closing().run();
          }
        });
    // Before the start nothing is looked at, and the start wakes everything.
    if (isNew && listener != null) {
      grown.run();
    }
  }

  private static boolean isNew(Connected each, Map<ClusterName, Connected> before) {
    var old = before.get(each.added().name());
    return old == null
        || !old.connection().equals(each.connection())
        || !old.added().labels().equals(each.added().labels());
  }

  private Connected connect(AddedCluster added) {
    var text = kubeconfig(added);
    var old = connected.get(added.name());
    if (old != null
        && old.kubeconfig().equals(text)
        && old.added().settings().equals(added.settings())) {
      return new Connected(added, text, old.connection());
    }
    var connection = access.open(added.name(), text, added.settings());
    var told = listener;
    if (told != null) {
      connection.engine().onChange(id -> told.accept(added.name(), id));
    }
    return new Connected(added, text, connection);
  }

  /// @throws IllegalArgumentException when it cannot be decrypted or read
  String kubeconfig(AddedCluster added) {
    var text = secrets.open(added.kubeconfig());
    if (!text.startsWith(ON_DISK)) {
      return text;
    }
    var context = Optional.of(text.substring(ON_DISK.length()));
    return access.only(file(added.name()), context, true);
  }

  /// The kubeconfig file of a cluster on this machine's disk: it may name programs that sign in,
  /// which what comes over the API may not.
  ///
  /// @throws IllegalArgumentException when there is none
  public String file(ClusterName name) {
    var file = files.resolve(name + ".yaml");
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "the kubeconfig %s of the control plane cannot be read".formatted(file), e);
    }
  }

  /// Why clusters that were added cannot be used.
  public Map<ClusterName, String> problems() {
    return problems;
  }

  @Override
  public Optional<Engine> at(ClusterName cluster) {
    return cluster.equals(ClusterName.LOCAL)
        ? Optional.of(local)
        : Optional.ofNullable(connected.get(cluster)).map(each -> each.connection().engine());
  }

  @Override
  public List<Cluster> clusters() {
    var all = new ArrayList<Cluster>();
    all.add(new Cluster(ClusterName.LOCAL, local.kind(), Integer.MAX_VALUE, false));
    for (var each : connected.values()) {
      var added = each.added();
      var room = added.settings().environments().orElse(Integer.MAX_VALUE);
      var kind = EngineKind.KUBERNETES;
      all.add(
          new Cluster(
              added.name(), added.labels(), kind, room, added.cordoned(), false, Optional.empty()));
    }
    return all;
  }

  /// Asks all at once: one that does not answer is waited for as long as the others.
  @Override
  public List<Cluster> roomy() throws InterruptedException {
    var now = connected;
    // Without a choice nobody has to be asked.
    if (now.size() < 2) {
      return clusters();
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var rooms = new HashMap<ClusterName, Future<Optional<Cluster.Room>>>();
      now.forEach((name, each) -> rooms.put(name, threads.submit(() -> room(each))));
      var all = new ArrayList<Cluster>();
      for (var cluster : clusters()) {
        var room = rooms.get(cluster.name());
        all.add(room == null ? cluster : cluster.with(room.get()));
      }
      return all;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private static Optional<Cluster.Room> room(Connected each) throws InterruptedException {
    var left = each.connection().nodes().left();
    return left.map(known -> new Cluster.Room(known, each.usual()));
  }

  @Override
  public void placed(ClusterName cluster, AppSpec spec) {
    var there = connected.get(cluster);
    if (there != null) {
      there.connection().nodes().placed(Capacity.requested(spec, there.usual()));
    }
  }

  List<Inventory> inventories() {
    return connected.values().stream().map(each -> each.connection().inventory()).toList();
  }

  /// Of all clusters; empty when one of them is unknown. Read before an image is used, so that an
  /// image for the nodes of any cluster is taken.
  Set<String> platforms() {
    var all = new HashSet<String>();
    for (var each : connected.values()) {
      var platforms = each.connection().platforms().all();
      if (platforms.isEmpty()) {
        return Set.of();
      }
      all.addAll(platforms);
    }
    return all;
  }

  @Override
  public synchronized void close() {
    thread.interrupt();
    connected.values().forEach(each -> each.connection().closing().run());
    connected = Map.of();
  }
}
