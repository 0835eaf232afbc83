package run.ephemeral.data.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.KeyedLocks;
import run.ephemeral.core.audit.Claims;
import run.ephemeral.core.audit.Inventory;
import run.ephemeral.core.audit.Thing;
import run.ephemeral.core.audit.Thing.Kind;
import run.ephemeral.core.name.EnvironmentId;

/// The databases and roles on the PostgreSQL server that [PostgresData] made, recognized by their
/// names. All others are foreign.
final class Catalogue implements Inventory {
  private static final String OF_AN_ENVIRONMENT = "e(\\d{1,18})_([a-z0-9_]+)";
  private static final Pattern OURS =
      Pattern.compile(
          OF_AN_ENVIRONMENT + "|golden_([0-9a-f]{12})[0-9a-f]{8}(_making|_spare_\\d+)?");
  private static final Pattern PART = Pattern.compile("_making|_spare_\\d+");
  private static final String MAKING = "_making";

  private static final String SIZES =
      """
      SELECT datname, CASE WHEN has_database_privilege(oid, 'CONNECT')
        THEN pg_size_pretty(pg_database_size(oid)) ELSE 'of a size unknown' END
      FROM pg_database
      """;
  private static final String NO_SIZES = "SELECT datname, 'of a size unknown' FROM pg_database";
  private static final int MOST_REFUSALS = 5;

  /// SQL states: undefined database, undefined object.
  private static final Set<String> DROPPED = Set.of("3D000", "42704");

  private final DatabaseServer server;
  private final DataSource pool;
  private final KeyedLocks<String> turns;

  /// @param turns exclude making and removing the same database, by its name
  Catalogue(DatabaseServer server, DataSource pool, KeyedLocks<String> turns) {
    this.server = server;
    this.pool = pool;
    this.turns = turns;
  }

  /// @param used golden databases that have copies
  private record Names(Set<String> databases, Set<String> roles, Set<String> used) {}

  /// A golden database is claimed by its copies; one that is being made, by the turn of its maker.
  @Override
  public Claims claims() {
    var names = names();
    var may = new HashSet<Thing>();
    names.used().forEach(golden -> may.add(thing(golden, true)));
    for (var database : names.databases()) {
      may.add(thing(database, false));
      if (names.used().contains(owner(database))) {
        may.add(thing(database, true));
      }
    }
    for (var name : turns.taken()) {
      if (OURS.matcher(name).matches()) {
        may.add(thing(name, true));
        may.add(thing(name, false));
        may.add(thing(name + MAKING, true));
      }
    }
    return Claims.of(Set.of(), may);
  }

  @Override
  public Map<Thing, String> there() {
    var there = new HashMap<Thing, String>();
    sizes()
        .forEach(
            (name, size) ->
                there.merge(
                    thing(name, true), name + ", " + size, (one, other) -> one + "; " + other));
    names().roles().forEach(name -> there.put(thing(name, false), name));
    return there;
  }

  /// A golden database and its spares are one thing.
  ///
  /// @param name matches [#OURS], or is that of one being made
  private static Thing thing(String name, boolean isDatabase) {
    var kind = isDatabase ? Kind.DATABASE : Kind.ROLE;
    var parts = OURS.matcher(name);
    if (!parts.matches()) {
      return Thing.shared(kind, name);
    }
    if (parts.group(1) != null) {
      return Thing.of(environment(parts), kind, parts.group(2).replace('_', '-'));
    }
    return isDatabase && !MAKING.equals(parts.group(4))
        ? Thing.shared(Kind.GOLDEN, parts.group(3))
        : Thing.shared(kind, name);
  }

  private static EnvironmentId environment(MatchResult parts) {
    return new EnvironmentId(Long.parseLong(parts.group(1)));
  }

  /// The size of every database, for people. PostgreSQL fails the query if a database is dropped
  /// meanwhile; after some retries the sizes are left out.
  private Map<String, String> sizes() {
    for (int refused = 0; ; refused++) {
      var sizes = new HashMap<String, String>();
      try (var connection = pool.getConnection()) {
        read(connection, refused < MOST_REFUSALS ? SIZES : NO_SIZES, sizes);
        return sizes;
      } catch (SQLException e) {
        if (!DROPPED.contains(String.valueOf(e.getSQLState()))) {
          throw trouble(e);
        }
      }
    }
  }

  private Names names() {
    var databases = new HashMap<String, String>();
    var roles = new HashSet<String>();
    var used = new HashSet<String>();
    try (var connection = pool.getConnection()) {
      read(connection, "SELECT datname, NULL FROM pg_database", databases);
      var members = new HashMap<String, String>();
      read(
          connection,
          """
          SELECT r.rolname, (
            SELECT min(m.member::regrole::text) FROM pg_auth_members m
            WHERE m.roleid = r.oid AND m.member <> quote_ident(current_user)::regrole)
          FROM pg_roles r
          """,
          members);
      members.forEach(
          (role, member) -> {
            roles.add(role);
            if (!member.isEmpty()) {
              used.add(role);
            }
          });
    } catch (SQLException e) {
      throw trouble(e);
    }
    return new Names(databases.keySet(), roles, used);
  }

  /// Reads the rows whose first column matches [#OURS].
  private static void read(Connection connection, String sql, Map<String, String> into)
      throws SQLException {
    try (var query = connection.createStatement();
        var rows = query.executeQuery(sql)) {
      while (rows.next()) {
        var second = rows.getString(2);
        if (OURS.matcher(rows.getString(1)).matches()) {
          into.put(rows.getString(1), second == null ? "" : second);
        }
      }
    }
  }

  /// Every complete golden database, and whether it has copies.
  Map<String, Boolean> goldens() {
    var names = names();
    var goldens = new HashMap<String, Boolean>();
    for (var name : names.databases()) {
      if (name.equals(owner(name)) && golden(name).kind() == Kind.GOLDEN) {
        goldens.put(name, names.used().contains(name));
      }
    }
    return goldens;
  }

  /// A golden database as a thing of the audit.
  static Thing golden(String name) {
    return thing(name, true);
  }

  /// Removes a database with its role, or a role that has no database.
  @Override
  public void remove(Thing thing) throws InterruptedException {
    for (var name : names(thing)) {
      var owner = owner(name);
      try (var _ = turns.take(owner);
          var connection = pool.getConnection()) {
        remove(connection, thing.kind(), name, owner);
      } catch (SQLException e) {
        throw trouble(e);
      }
    }
  }

  /// The golden database of a spare or incomplete one; for any other name, the name itself.
  private static String owner(String name) {
    return PART.matcher(name).replaceAll("");
  }

  private Set<String> names(Thing thing) {
    var names = names();
    var found = new HashSet<String>();
    for (var name : names.databases()) {
      if (thing(name, true).equals(thing)) {
        found.add(name);
      }
    }
    for (var name : names.roles()) {
      if (thing(name, false).equals(thing)) {
        found.add(name);
      }
    }
    return found;
  }

  /// Reads the names again, now with the turn: a golden database may have been made or copied
  /// meanwhile.
  private void remove(Connection connection, Kind kind, String name, String owner)
      throws SQLException {
    var now = names();
    if (now.used().contains(owner) || (kind == Kind.ROLE && now.databases().contains(owner))) {
      return;
    }
    for (var part : now.databases()) {
      if (part.equals(name) || (name.equals(owner) && owner(part).equals(owner))) {
        Sql.dropDatabase(connection, part);
      }
    }
    if (name.equals(owner) || !now.databases().contains(owner)) {
      if (owner.startsWith("golden_")) {
        Roles.dropGolden(connection, owner);
      } else {
        Roles.drop(connection, server, owner);
      }
    }
  }

  private static FaultException trouble(SQLException e) {
    return new FaultException(Connections.fault("PostgreSQL", e), e);
  }
}
