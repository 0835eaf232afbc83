import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;

/** Brings the tables up to date: applies each `migrations/NNN-what.sql` above the last applied. */
final class Migrations {

  private static final String LAST_APPLIED = "select coalesce(max(version), 0) from schema_version";

  private Migrations() {}

  /** Returns how many were applied. One instance applies them while others wait. */
  static int apply(Connection connection) throws SQLException, IOException {
    String[] files = new File("migrations").list();
    if (files == null) {
      throw new IOException("there is no folder `migrations`");
    }
    Arrays.sort(files);
    int applied = 0;
    try (Statement sql = connection.createStatement()) {
      sql.execute("select pg_advisory_xact_lock(7277)");
      sql.execute(
          "create table if not exists schema_version ("
              + "version integer primary key, applied_at timestamptz not null default now())");
      int last = lastApplied(sql);
      for (String file : files) {
        int version = Integer.parseInt(file.substring(0, 3));
        if (version > last) {
          sql.execute(Files.readString(Path.of("migrations", file)));
          sql.execute("insert into schema_version (version) values (" + version + ")");
          System.out.println("catalogue: applied migration " + file);
          applied++;
        }
      }
    }
    return applied;
  }

  private static int lastApplied(Statement sql) throws SQLException {
    try (ResultSet row = sql.executeQuery(LAST_APPLIED)) {
      row.next();
      return row.getInt(1);
    }
  }
}
