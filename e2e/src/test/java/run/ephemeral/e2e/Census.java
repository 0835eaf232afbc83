package run.ephemeral.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Inspects a home from outside, without its control plane: compares the existing processes,
/// databases, roles and files with the expected ones.
record Census(Path home) {

  /// The services of an environment that is awake; each has a process and a shell above it.
  private static final List<String> SERVICES = List.of("web", "api");

  /// An environment that should exist.
  record Known(long id, String name, boolean awake) {
    String folder() {
      return id + "-" + name;
    }

    String database() {
      return "e" + id + "_db";
    }
  }

  /// @return what is lost, doubled or left; each line begins with that word
  List<String> findings(List<Known> known) {
    var findings = new ArrayList<String>();
    try {
      processes(known, findings);
      databases(known, findings);
      files(known, findings);
    } catch (IOException e) {
      findings.add("lost: it cannot be looked at: " + e);
    }
    return findings;
  }

  private void processes(List<Known> known, List<String> findings) {
    var expected = new TreeSet<>(Set.of("control plane", "postgres"));
    for (var environment : known) {
      for (var service : environment.awake() ? SERVICES : List.<String>of()) {
        expected.add("shell of " + environment.folder() + " " + service);
        expected.add("process of " + environment.folder() + " " + service);
      }
    }
    var counts = new TreeMap<String, Integer>();
    for (var process : Processes.all()) {
      process.roleIn(home).ifPresent(role -> counts.merge(role, 1, Integer::sum));
    }
    counts.remove("postgres session");
    sets("process", expected, counts.keySet(), findings);
    counts.forEach(
        (role, count) -> {
          if (count > 1) {
            findings.add("doubled: " + role);
          }
        });
  }

  private void databases(List<Known> known, List<String> findings) throws IOException {
    var expected = new TreeSet<>(known.stream().map(Known::database).toList());
    var databases = list("SELECT datname FROM pg_database WHERE NOT datistemplate");
    databases.remove("postgres");
    sets("database", expected, withoutGolden(databases), findings);
    var roles = list("SELECT rolname FROM pg_roles WHERE rolname !~ '^pg_'");
    roles.remove("ephemeral");
    sets("role", expected, withoutGolden(roles), findings);
  }

  private static Set<String> withoutGolden(Set<String> names) {
    names.removeIf(name -> name.matches("golden_[0-9a-f]+(_spare_[0-9]+)?"));
    return names;
  }

  private Set<String> list(String sql) throws IOException {
    var password = Files.readString(home.resolve("postgres/password"));
    var port = Files.readAllLines(home.resolve("postgres/data/postmaster.pid")).get(3).strip();
    var url = "postgresql://ephemeral:%s@127.0.0.1:%s/postgres".formatted(password, port);
    return new TreeSet<>(PostgresProbe.texts(url, sql));
  }

  private void files(List<Known> known, List<String> findings) throws IOException {
    var folders = new TreeSet<>(known.stream().map(Known::folder).toList());
    sets("folder", folders, names(home.resolve("environments")), findings);
    for (var environment : known) {
      environment(
          environment, home.resolve("environments").resolve(environment.folder()), findings);
    }
    entries(known, findings);
    sets("scratch", Set.of(), names(home.resolve("scratch")), findings);
    for (var name : names(home.resolve("builds"))) {
      var whole = name.replaceAll("\\.log(\\.1)?$|\\.whole$", "") + ".whole";
      if (!name.endsWith(".log") && !Files.exists(home.resolve("builds").resolve(whole))) {
        findings.add("left: builds/" + name);
      }
    }
    names(home.resolve("postgres")).stream()
        .filter(name -> name.matches("(data|unpack)-.*"))
        .forEach(name -> findings.add("left: postgres/" + name));
    mirrors(findings);
  }

  private void environment(Known environment, Path folder, List<String> findings)
      throws IOException {
    var what = environment.folder() + "/";
    for (var service : SERVICES) {
      var work = names(folder.resolve("work").resolve(service));
      if (work.size() != 1) {
        findings.add((work.isEmpty() ? "lost: " : "left: ") + what + service + ": " + work);
      }
    }
    ledger(environment, findings);
    for (var name : names(folder)) {
      if (name.startsWith(".")) {
        findings.add("left: " + what + name);
      }
    }
  }

  private void ledger(Known environment, List<String> findings) throws IOException {
    var sql = "SELECT kind || ' ' || (facts->>'service') FROM ledger WHERE kind = 'instance'";
    var expected = new TreeSet<String>();
    if (environment.awake()) {
      SERVICES.forEach(service -> expected.add("instance " + service));
    }
    var of = " AND environment = " + environment.id();
    sets("ledger of " + environment.name(), expected, list(sql + of), findings);
    var count = "SELECT count(*)::text FROM ledger WHERE kind = 'instance'" + of;
    if (!list(count).equals(Set.of(Integer.toString(expected.size())))) {
      findings.add("doubled: instances in the ledger of " + environment.name());
    }
    var tests = "SELECT name FROM ledger WHERE kind = 'test'" + of;
    sets("tests of " + environment.name(), Set.of("smoke"), list(tests), findings);
  }

  /// Finds ledger entries of unknown environments, and where ledger and shells' files differ.
  private void entries(List<Known> known, List<String> findings) throws IOException {
    var ids = new TreeSet<>(known.stream().map(each -> Long.toString(each.id())).toList());
    list("SELECT DISTINCT environment::text FROM ledger").stream()
        .filter(id -> !ids.contains(id))
        .forEach(id -> findings.add("left: ledger of environment " + id));
    var marks = list("SELECT facts->>'mark' FROM ledger WHERE kind = 'instance'");
    sets("shell", marks, names(home.resolve("processes")), findings);
  }

  /// Finds lock files and incomplete packs in mirrors; call while no fetch runs.
  private void mirrors(List<String> findings) throws IOException {
    var sources = home.resolve("sources");
    if (!Files.exists(sources)) {
      return;
    }
    try (var files = Files.walk(sources)) {
      files
          .map(file -> sources.relativize(file).toString())
          .filter(name -> name.matches(".*(\\.lock|\\.tmp|/noz.*|/incoming_.*)"))
          .forEach(name -> findings.add("left: sources/" + name));
    }
  }

  private static void sets(
      String what, Set<String> expected, Set<String> found, List<String> findings) {
    expected.stream()
        .filter(name -> !found.contains(name))
        .forEach(name -> findings.add("lost: " + what + " " + name));
    found.stream()
        .filter(name -> !expected.contains(name))
        .forEach(name -> findings.add("left: " + what + " " + name));
  }

  private static Set<String> names(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return Set.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return new TreeSet<>(files.map(file -> String.valueOf(file.getFileName())).toList());
    }
  }
}
