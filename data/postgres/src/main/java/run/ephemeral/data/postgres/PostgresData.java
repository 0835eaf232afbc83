package run.ephemeral.data.postgres;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.Digest;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.KeyedLocks;
import run.ephemeral.core.audit.Inventory;
import run.ephemeral.core.codehost.Sources;
import run.ephemeral.core.data.DataServer;
import run.ephemeral.core.data.Database;
import run.ephemeral.core.data.SeedFolders;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.release.Component;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.step.Fence;
import run.ephemeral.core.step.Leases;
import run.ephemeral.core.step.Outcome;
import run.ephemeral.core.step.Step;

/// A database and a role for each environment, copied from a golden database that is seeded
/// once.
///
/// The contents of a golden database belong to a role of its own. The role of each copy is a member
/// of that role, and so has all rights on these contents without any of them being rewritten. Only
/// that member may connect to the copy. A comment on a database, set last, says that the database
/// is complete and which order it was copied for.
public final class PostgresData implements DataServer, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresData.class);
  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
  private static final Duration BETWEEN_COLLECTIONS = Duration.ofHours(1);

  private final DatabaseServer server;
  private final Connections connections;
  private final KeyedLocks<String> turns = new KeyedLocks<>();
  private final Spares spares;
  private final Catalogue catalogue;
  private final Goldens goldens;
  private final Leases leases;
  private final ScheduledExecutorService background =
      Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().factory());

  /// @param folders where seeds are unpacked and their commands run
  /// @param folder of the files that record the use of golden databases
  /// @param leases shared with the engine: a newer lease that only one of them saw counts for both
  public PostgresData(
      DatabaseServer server,
      Sources sources,
      SeedFolders folders,
      Path folder,
      Leases leases,
      DataLimits limits) {
    this.server = server;
    this.leases = leases;
    connections = new Connections(server);
    spares = new Spares(connections.pool(), turns, limits.spares());
    catalogue = new Catalogue(server, connections.pool(), turns);
    var seeds = new Seeds(sources, folders, limits.seed());
    goldens = new Goldens(server, connections, seeds, catalogue, turns, folder, limits.unused());
  }

  /// Everything this data server holds, for the audit.
  public Inventory inventory() {
    return catalogue;
  }

  /// A database whose comment is no digest, such as one overwritten by the owner, is a trace and
  /// not complete.
  @Override
  public Held observe(EnvironmentKey environment) {
    var comments = commentsOf(environment.id());
    var whole = new HashMap<ComponentName, Digest>();
    comments.forEach(
        (name, comment) ->
            comment
                .filter(DIGEST.asMatchPredicate())
                .ifPresent(key -> whole.put(name, new Digest(key))));
    return new Held(whole, comments.keySet());
  }

  @Override
  public Map<ComponentName, Database> of(EnvironmentKey environment) {
    var all = new HashMap<ComponentName, Database>();
    for (var name : observe(environment).databases().keySet()) {
      var database = DatabaseNames.of(environment.id(), name);
      all.put(name, server.access(database, database, server.passwordOf(database)));
    }
    return all;
  }

  @Override
  public Outcome perform(EnvironmentKey environment, Step.OfData step, Fence fence)
      throws InterruptedException {
    if (!leases.isNewest(environment.id(), fence)) {
      return new Outcome.Stale();
    }
    try {
      return new Outcome.Done(act(environment, step));
    } catch (FaultException e) {
      // An interrupt closes the connections in use: the step was interrupted and has not failed.
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      return new Outcome.Failed(e.fault());
    }
  }

  private String act(EnvironmentKey environment, Step.OfData step) throws InterruptedException {
    return switch (step) {
      case Step.Copy copy -> copy(environment, copy.database());
      case Step.Drop drop -> {
        drop(environment, drop.database());
        yield "dropped";
      }
      case Step.Erase ignored -> {
        for (var database : observe(environment).traces()) {
          drop(environment, database);
        }
        yield "nothing is left";
      }
    };
  }

  private Map<ComponentName, Optional<String>> commentsOf(EnvironmentId environment) {
    var sql =
        """
        SELECT datname AS name, shobj_description(oid, 'pg_database') FROM pg_database
        WHERE datname LIKE ?
        UNION ALL
        SELECT rolname, NULL FROM pg_roles
        WHERE rolname LIKE ? AND rolname NOT IN (SELECT datname FROM pg_database)
        """;
    var prefix = DatabaseNames.prefix(environment);
    var comments = new HashMap<ComponentName, Optional<String>>();
    try (var connection = connections.pool().getConnection();
        var query = connection.prepareStatement(sql)) {
      var like = prefix.replace("_", "\\_") + "%";
      query.setString(1, like);
      query.setString(2, like);
      try (var rows = query.executeQuery()) {
        while (rows.next()) {
          var name = rows.getString(1).substring(prefix.length()).replace('_', '-');
          comments.put(new ComponentName(name), Optional.ofNullable(rows.getString(2)));
        }
      }
      return comments;
    } catch (SQLException e) {
      throw connections.trouble(e);
    }
  }

  /// Copies the golden database unless the copy exists.
  ///
  /// @return the result, for people
  private String copy(EnvironmentKey environment, Component.Database order)
      throws InterruptedException {
    var name = DatabaseNames.of(environment.id(), order.name());
    try (var _ = turns.take(name)) {
      var held = observe(environment);
      if (held.databases().containsKey(order.name())) {
        return "already there";
      }
      if (held.traces().contains(order.name())) {
        // Without its comment the copy is incomplete, and its order unknown.
        drop(name);
      }
      var golden = DatabaseNames.golden(order);
      var how = takeSpare(order, name) ? "took a copy that was ready" : copyGolden(order, name);
      spares.refill(golden);
      return how;
    }
  }

  /// Takes a spare, if there is one. Neither the database nor its role exists yet.
  private boolean takeSpare(Component.Database order, String name) throws InterruptedException {
    var golden = DatabaseNames.golden(order);
    try (var _ = turns.take(golden)) {
      goldens.use(golden);
    }
    var taken = new AtomicBoolean();
    connections.undisturbed(
        connection -> taken.set(Spares.take(connection, golden, name, ownership(order, name))));
    return taken.get();
  }

  private String copyGolden(Component.Database order, String name) throws InterruptedException {
    var made = goldens.make(order);
    connections.undisturbed(
        connection -> {
          Sql.copy(connection, DatabaseNames.golden(order), name);
          Sql.together(connection, ownership(order, name));
        });
    return made ? "seeded a golden database and copied it" : "copied from its golden database";
  }

  /// The statements that give a copy to a new role of its own. The comment, set last, says that the
  /// copy is complete.
  private List<String> ownership(Component.Database order, String name) {
    return List.of(
        Sql.newLogin(name, server.passwordOf(name)),
        "GRANT %s TO %s".formatted(DatabaseNames.golden(order), name),
        "ALTER DATABASE %s OWNER TO %s".formatted(name, name),
        "ALTER DATABASE %s ALLOW_CONNECTIONS true".formatted(name),
        "COMMENT ON DATABASE %s IS '%s'".formatted(name, order.key().hex()));
  }

  /// Removes the database and its role, if they exist.
  private void drop(EnvironmentKey environment, ComponentName database)
      throws InterruptedException {
    var name = DatabaseNames.of(environment.id(), database);
    try (var _ = turns.take(name)) {
      drop(name);
    }
  }

  private void drop(String name) {
    connections.undisturbed(
        connection -> {
          Sql.dropDatabase(connection, name);
          Roles.drop(connection, server, name);
        });
  }

  /// Ends and removes unfinished work of a control plane that was killed, and schedules the removal
  /// of unused golden databases. Must run before anything is made.
  ///
  /// @throws FaultException if the server does not meet the [Requirements]
  public void start() {
    try {
      Requirements.check(server);
      connections.undisturbed(Unfinished::tidy);
    } catch (SQLException e) {
      leaveUnfinished(e);
    } catch (FaultException e) {
      if (e.fault().kind() == Fault.Kind.USER) {
        throw e;
      }
      leaveUnfinished(e);
    }
    var minutes = BETWEEN_COLLECTIONS.toMinutes();
    var _ = background.scheduleWithFixedDelay(this::collect, minutes, minutes, TimeUnit.MINUTES);
  }

  private static void leaveUnfinished(Exception e) {
    LOG.warn("unfinished work is left to the next start: {}", e.getMessage());
  }

  /// Removes golden databases that were unused for long.
  void collect() {
    try {
      goldens.collect();
    } catch (RuntimeException e) {
      LOG.warn("unused golden databases cannot be removed yet", e);
    }
  }

  /// The version of the server; empty when it does not answer.
  public Optional<String> version() {
    try (var connection = connections.pool().getConnection();
        var query = connection.createStatement();
        var rows = query.executeQuery("SHOW server_version")) {
      return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
    } catch (SQLException e) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    background.shutdownNow();
    spares.close();
    connections.close();
  }
}
