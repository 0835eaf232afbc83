package run.ephemeral.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import run.ephemeral.testkit.Plane;

/// The baseline: copies the same database, starts the same programs with the same variables in
/// parallel, and polls until they answer. It does nothing else: no isolation, no log, no records,
/// no gateway.
final class Bare implements AutoCloseable {
  private final Connection server;
  private final String serverUrl;
  private final String golden;
  private final List<Program> programs = new ArrayList<>();
  private final Map<String, String> addresses = new TreeMap<>();
  private final String database;
  private int count;

  private record Program(
      String service, List<String> command, Map<String, String> env, Path directory) {}

  private record Placed(Program program, int port) {}

  /// Takes the programs from a running environment.
  Bare(Plane plane, String environment) throws IOException, SQLException {
    for (var component : plane.environment(environment).get("components")) {
      if (component.get("kind").asText().equals("service")) {
        var service = component.get("name").asText();
        programs.add(program(service, component.get("pid").asLong()));
        addresses.put(component.path("address").asText(""), service);
      }
    }
    database =
        plane.get("/environments/" + environment + "/databases").get(0).get("jdbcUrl").asText();
    var home = plane.home.resolve("postgres");
    var password = Files.readString(home.resolve("password"));
    serverUrl =
        "jdbc:postgresql://127.0.0.1:%s/%%s?user=ephemeral&password=%s"
            .formatted(Files.readString(home.resolve("port")).strip(), password);
    server = DriverManager.getConnection(serverUrl.formatted("postgres"));
    golden = goldenName();
  }

  private String goldenName() throws SQLException {
    var sql = "SELECT datname FROM pg_database WHERE datname LIKE 'golden%' AND NOT datallowconn";
    try (var statement = server.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }

  /// The command and variables of the program below a service's shell, read from /proc.
  private static Program program(String service, long shell) throws IOException {
    var leaf =
        ProcessHandle.of(shell).orElseThrow().descendants().reduce((a, b) -> b).orElseThrow();
    var proc = Path.of("/proc", Long.toString(leaf.pid()));
    var env = new HashMap<String, String>();
    for (var variable : Files.readString(proc.resolve("environ")).split("\0", 0)) {
      var at = variable.indexOf('=');
      env.put(variable.substring(0, at), variable.substring(at + 1));
    }
    env.remove("EPHEMERAL_INSTANCE");
    var command = List.of(Files.readString(proc.resolve("cmdline")).split("\0", 0));
    return new Program(service, command, env, proc.resolve("cwd").toRealPath());
  }

  /// Measures one start, from nothing to an answer of `front`.
  Duration start(String front) throws Exception {
    var name = "bare_" + ++count;
    var placed = new ArrayList<Placed>();
    for (var program : programs) {
      placed.add(new Placed(program, freePort()));
    }
    var processes = new ArrayList<Process>();
    var began = System.nanoTime();
    try {
      execute("CREATE DATABASE " + name + " TEMPLATE " + golden);
      for (var one : placed) {
        processes.add(start(one, name, placed));
      }
      for (var one : placed) {
        Visit.untilAnswered(one.port(), "localhost", "/healthz");
      }
      Visit.untilAnswered(port(front, placed), "localhost", "/");
      return Duration.ofNanos(System.nanoTime() - began);
    } finally {
      processes.forEach(Process::destroyForcibly);
      for (var process : processes) {
        process.waitFor();
      }
      execute("DROP DATABASE " + name + " WITH (FORCE)");
    }
  }

  private Process start(Placed one, String name, List<Placed> all) throws IOException {
    var program = one.program();
    var builder = new ProcessBuilder(program.command()).directory(program.directory().toFile());
    builder.environment().clear();
    program.env().forEach((key, value) -> builder.environment().put(key, own(value, name, all)));
    builder.environment().put("PORT", Integer.toString(one.port()));
    return builder
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private String own(String value, String name, List<Placed> all) {
    if (value.equals(database)) {
      return serverUrl.formatted(name);
    }
    var service = addresses.get(value);
    return service == null ? value : "http://127.0.0.1:" + port(service, all);
  }

  private static int port(String service, List<Placed> all) {
    return all.stream()
        .filter(one -> one.program().service().equals(service))
        .mapToInt(Placed::port)
        .findFirst()
        .orElseThrow();
  }

  private void execute(String sql) throws SQLException {
    try (var statement = server.createStatement()) {
      statement.execute(sql);
    }
  }

  static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() throws SQLException {
    server.close();
  }
}
