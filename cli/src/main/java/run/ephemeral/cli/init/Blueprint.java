package run.ephemeral.cli.init;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The content of an `ephemeral.yaml`.
///
/// @param database whether it has a PostgreSQL database `db`
/// @param seed the initial content of the database
/// @param sql candidates for the seed, when no seed is obvious
/// @param notes for the user, about the whole file
public record Blueprint(
    String app,
    List<Service> services,
    boolean database,
    Optional<String> seed,
    List<String> sql,
    List<String> notes) {
  /// @param path its folder; `.` for the whole repository
  /// @param open whether visitors can reach it
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
