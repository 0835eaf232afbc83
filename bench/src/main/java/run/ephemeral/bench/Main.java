package run.ephemeral.bench;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Runs the named benchmark. Exits with 1 when a bar is missed.
public final class Main {
  private static final Map<String, Benchmark> BENCHMARKS =
      new TreeMap<>(
          Map.of(
              "create", new Create(),
              "update", new Update(),
              "wake", new Wake(),
              "gateway", new GatewayBenchmark(),
              "copy", new Copy(),
              "scale", new Scale(),
              "kubernetes", new Kubernetes(),
              "start", new Start()));

  private Main() {}

  public static void main(String... arguments) throws Exception {
    if (List.of(arguments).equals(List.of("all"))) {
      System.exit(All.run() ? 0 : 1);
    }
    var benchmark = arguments.length == 1 ? BENCHMARKS.get(arguments[0]) : null;
    if (benchmark == null) {
      System.err.println("Name one of: " + String.join(", ", BENCHMARKS.keySet()));
      System.exit(2);
      return;
    }
    var report = new Report(System.out);
    report.say(Report.machine());
    benchmark.measure(report);
    System.exit(report.finish() ? 0 : 1);
  }
}
