package run.ephemeral.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// The gateway compared with HAProxy and nginx as plain proxies to one backend, in alternation.
///
/// Requests per second are measured at full load. Latency is what a proxy adds to the backend's
/// own 99th percentile under a paced load that all of them handle easily, so that the load is the
/// same for fast and slow ones.
final class GatewayBenchmark implements Benchmark {
  private static final List<Integer> ROUTES = List.of(1, 1_000, 10_000);
  private static final int LISTENING = 1_000;
  private static final int CONNECTIONS = 32;
  private static final int FEW = 32;
  private static final Visits WIDE = new Visits(2, LISTENING);
  private static final String OURS = "gateway";
  private static final String HAPROXY = "HAProxy";
  private static final String NGINX = "nginx";
  private static final String DIRECT = "backend alone";

  private interface Turn {
    double take() throws IOException, InterruptedException;
  }

  private interface At {
    double take(int port) throws IOException, InterruptedException;
  }

  @Override
  public void measure(Report report) throws Exception {
    for (var program : List.of("wrk", "nginx")) {
      if (!GatewayPeers.isThere(program)) {
        report.say("note: " + program + " is not installed, so nothing can be measured");
        return;
      }
    }
    var folder = Files.createTempDirectory("ephemeral-bench");
    try (var echo = new GatewayEcho();
        var peers = new GatewayPeers(folder, LISTENING)) {
      var load = new GatewayLoad(folder);
      peers.backend();
      Map<String, List<Integer>> ports = new LinkedHashMap<>();
      ports.put(OURS, peers.gateway(echo.port(), ROUTES));
      if (GatewayPeers.isThere("haproxy")) {
        ports.put(HAPROXY, peers.haproxy(echo.port(), ROUTES));
      } else {
        report.say("note: haproxy is not installed, so nothing is compared with it");
      }
      ports.put(NGINX, peers.nginx(echo.port(), ROUTES));
      warm(load, Objects.requireNonNull(ports.get(OURS)));
      requests(report, load, ports);
      latency(report, load, ports, peers.firstPort());
      routes(report, load, ports);
      large(report, load, ports);
      webSockets(report, ports);
    } finally {
      Product.delete(folder);
    }
  }

  /// Warms up all processes: the gateway's JVM at full load and at a paced load, and this JVM,
  /// which implements the WebSocket clients.
  private static void warm(GatewayLoad load, List<Integer> ports) throws Exception {
    for (var port : ports) {
      load.fast(port, "/small", CONNECTIONS, 1, 1, 2);
    }
    int first = ports.getFirst();
    load.fast(first, "/large", 8, 1, 1, 1);
    GatewayEcho.roundTrips(first, 16, 1);
    load.paced(first, CONNECTIONS, 6);
  }

  private static void requests(Report report, GatewayLoad load, Map<String, List<Integer>> ports)
      throws Exception {
    report.say("requests a second, %d connections, 100 bytes:".formatted(CONNECTIONS));
    var taken =
        inTurns(
            5,
            each(
                ports,
                port -> load.fast(port, "/small", CONNECTIONS, 1, 1, 2).requestsPerSecond()));
    tell(report, taken, "requests/s");
    if (taken.containsKey(HAPROXY)) {
      report.atLeast("gateway.requests", ratio(taken, OURS, HAPROXY), 0.60);
    }
  }

  private static void latency(
      Report report, GatewayLoad load, Map<String, List<Integer>> ports, int direct)
      throws Exception {
    report.say("99th percentile at about 4,000 requests a second, 32 connections:");
    var all = new LinkedHashMap<String, List<Integer>>();
    all.put(DIRECT, List.of(direct));
    all.putAll(ports);
    var taken = inTurns(11, each(all, port -> load.paced(port, CONNECTIONS, 1).p99()));
    tell(report, taken, "ms");
    var own = median(taken, DIRECT);
    for (var program : ports.keySet()) {
      var added = median(taken, program) - own;
      report.say("  %-44s %s ms".formatted("added by " + program, Figures.number(added)));
    }
    if (!taken.containsKey(HAPROXY)) {
      return;
    }
    double ours = median(taken, OURS) - own;
    double theirs = median(taken, HAPROXY) - own;
    if (ours > 0 && theirs > 0) {
      report.atMost("gateway.p99", ours / theirs, 1.50);
    } else {
      report.say("note: too much else runs here to tell what a proxy adds, so there is no bar");
    }
  }

  /// Every visited host needs connections of its own, in every program and in the system. The bar
  /// is about the number of routes, so it compares runs with about as many visited hosts as there
  /// are connections.
  private static void routes(Report report, GatewayLoad load, Map<String, List<Integer>> ports)
      throws Exception {
    var all = List.of(new Visits(0, 1), new Visits(1, FEW), new Visits(2, FEW), WIDE);
    for (var program : ports.keySet()) {
      report.say("requests a second by routes, %s:".formatted(program));
      boolean ours = program.equals(OURS);
      var turns = new LinkedHashMap<String, Turn>();
      for (var visits : ours ? all : List.of(all.getFirst(), all.getLast())) {
        int port = ports.get(program).get(visits.index());
        turns.put(
            visits.toString(),
            () ->
                load.fast(port, "/small", CONNECTIONS, visits.hosts(), visits.every(), 2)
                    .requestsPerSecond());
      }
      var taken = inTurns(ours ? 5 : 2, turns);
      tell(report, taken, "requests/s");
      if (ours) {
        report.atLeast(
            "gateway.routes", ratio(taken, all.get(2).toString(), all.getFirst().toString()), 0.95);
      }
    }
  }

  /// @param index into [#ROUTES]
  /// @param hosts how many routes are visited, evenly spaced
  private record Visits(int index, int hosts) {
    int every() {
      return Math.max(1, ROUTES.get(index) / LISTENING) * (LISTENING / Math.max(hosts, FEW));
    }

    @Override
    public String toString() {
      return ROUTES.get(index) + " routes, " + hosts + " visited";
    }
  }

  private static void large(Report report, GatewayLoad load, Map<String, List<Integer>> ports)
      throws Exception {
    report.say("bodies of 1 MB a second, 8 connections:");
    tell(
        report,
        inTurns(3, each(ports, port -> load.fast(port, "/large", 8, 1, 1, 2).requestsPerSecond())),
        "bodies/s");
  }

  private static void webSockets(Report report, Map<String, List<Integer>> ports) throws Exception {
    report.say("99th percentile of WebSocket round trips, 16 clients:");
    tell(
        report,
        inTurns(3, each(ports, port -> GatewayEcho.roundTrips(port, 16, 1).percentile(0.99))),
        "ms");
  }

  /// One measurement per program, at its port for one route.
  private static Map<String, Turn> each(Map<String, List<Integer>> ports, At turn) {
    var turns = new LinkedHashMap<String, Turn>();
    ports.forEach((program, all) -> turns.put(program, () -> turn.take(all.getFirst())));
    return turns;
  }

  /// Measures in the order A B C, A B C, …, so that other load on the machine affects all equally.
  private static Map<String, Figures> inTurns(int rounds, Map<String, Turn> turns)
      throws IOException, InterruptedException {
    var taken = new LinkedHashMap<String, List<Double>>();
    for (int round = 0; round < rounds; round++) {
      for (var turn : turns.entrySet()) {
        taken.computeIfAbsent(turn.getKey(), _ -> new ArrayList<>()).add(turn.getValue().take());
      }
    }
    var figures = new LinkedHashMap<String, Figures>();
    taken.forEach(
        (name, all) ->
            figures.put(
                name, new Figures(all.stream().mapToDouble(Double::doubleValue).toArray())));
    return figures;
  }

  private static void tell(Report report, Map<String, Figures> taken, String unit) {
    taken.forEach((name, figures) -> report.figures(name, figures, unit));
  }

  private static double median(Map<String, Figures> taken, String name) {
    return Objects.requireNonNull(taken.get(name)).median();
  }

  private static double ratio(Map<String, Figures> taken, String one, String other) {
    return median(taken, one) / median(taken, other);
  }
}
