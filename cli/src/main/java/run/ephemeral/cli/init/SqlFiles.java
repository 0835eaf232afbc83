package run.ephemeral.cli.init;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The SQL files of a repository that may be the seed of a database.
///
/// @param likely those whose names suggest it
/// @param others all others
record SqlFiles(List<String> likely, List<String> others) {
  private static final List<String> FOLDERS =
      List.of("db", "sql", "database", "data", "migrations", "migration", "schema", "seeds");
  private static final Pattern LIKELY = Pattern.compile("(?i).*(schema|setup|init|seed|dump).*");

  /// Files for databases other than PostgreSQL.
  private static final Pattern ELSEWHERE =
      Pattern.compile(
          "(?i)(^|[/._-])(mysql|mariadb|sqlite3?|clickhouse|oracle|mssql|h2|hsqldb|db2|derby)"
              + "([/._-]|$)");

  private static final int DEEPEST = 3;

  static SqlFiles in(Folder root) {
    var all = new ArrayList<>(files(root, "", 1));
    FOLDERS.forEach(folder -> all.addAll(files(root, folder, DEEPEST)));
    return new SqlFiles(
        all.stream().filter(SqlFiles::isLikely).toList(),
        all.stream().filter(file -> !isLikely(file)).toList());
  }

  private static List<String> files(Folder root, String folder, int depth) {
    try (var files = Files.walk(root.path().resolve(folder), depth)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> root.path().relativize(file).toString())
          .filter(file -> file.endsWith(".sql") && !ELSEWHERE.matcher(file).find())
          .sorted()
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static boolean isLikely(String file) {
    return LIKELY.matcher(file.substring(file.lastIndexOf('/') + 1)).matches();
  }

  /// The only likely file. Migrations are excluded: usually a tool runs several of them in order.
  Optional<String> obvious() {
    return Optional.of(likely)
        .filter(files -> files.size() == 1)
        .map(List::getFirst)
        .filter(file -> !file.contains("migration"));
  }

  /// The likely ones first.
  List<String> all() {
    return Stream.concat(likely.stream(), others.stream()).toList();
  }
}
