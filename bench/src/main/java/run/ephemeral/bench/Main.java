package run.ephemeral.bench;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Runs the named benchmark. Exits with 1 when a bar is missed.
public final class Main {
  private static final int ROUNDS = 5;
  private static final Map<String, Benchmark> BENCHMARKS =
      new TreeMap<>(
          Map.of(
              "create", new Create(),
              "update", new Update(),
              "wake", new Wake(),
              "gateway", new GatewayBenchmark(),
              "copy", new Copy(),
              "scale", new Scale(),
              "kubernetes", new Kubernetes(ROUNDS),
              "pullrequest", new Told(),
              "webhook", new Deliveries(),
              "start", new Start()));

  private Main() {}

  public static void main(String... arguments) throws Exception {
    if (List.of(arguments).equals(List.of("all"))) {
      System.exit(All.run() ? 0 : 1);
    }
    var benchmark = benchmark(List.of(arguments));
    if (benchmark == null) {
      System.err.println("Name one of: " + String.join(", ", BENCHMARKS.keySet()));
      System.err.println("or: kubernetes ROUNDS, kubernetes --thousand");
      System.exit(2);
      return;
    }
    var report = new Report(System.out);
    report.say(Report.machine());
    benchmark.measure(report);
    System.exit(report.finish() ? 0 : 1);
  }

  private static @Nullable Benchmark benchmark(List<String> arguments) {
    if (arguments.size() == 2 && arguments.getFirst().equals("kubernetes")) {
      var how = arguments.getLast();
      return how.equals("--thousand")
          ? new KubernetesThousand()
          : how.matches("[1-9][0-9]?") ? new Kubernetes(Integer.parseInt(how)) : null;
    }
    return arguments.size() == 1 ? BENCHMARKS.get(arguments.getFirst()) : null;
  }
}
