package run.ephemeral.cli.init;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What goes into the `ephemeral.yaml`.
///
/// @param database whether there is a PostgreSQL database `db`
/// @param seed what it holds at first
/// @param sql files that it may hold at first, when none is obvious
/// @param notes what a person should know, about all of it
public record Blueprint(
    String app,
    List<Service> services,
    boolean database,
    Optional<String> seed,
    List<String> sql,
    List<String> notes) {
  /// @param path its folder; `.` for all
  /// @param open whether it is for visitors
  /// @param env in the order in which it is written
  public record Service(
      String name, String path, Found found, boolean open, Map<String, String> env) {}

  public Blueprint {
    services = List.copyOf(services);
    sql = List.copyOf(sql);
    notes = List.copyOf(notes);
  }

  public Blueprint called(String name) {
    return new Blueprint(name, services, database, seed, sql, notes);
  }
}
