package run.ephemeral.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The output of a benchmark: the machine, the measurements, and last its bars, one per line for
/// scripts.
final class Report {
  private final PrintStream out;
  private final List<String> bars = new ArrayList<>();
  private boolean missed;

  Report(PrintStream out) {
    this.out = out;
  }

  void say(String line) {
    out.println(line);
  }

  void figures(String name, Figures figures, String unit) {
    say("  %-44s %s".formatted(name, figures.in(unit)));
  }

  void atMost(String name, double figure, double goal) {
    bar(name, figure, "<=" + Figures.number(goal), figure <= goal);
  }

  void atLeast(String name, double figure, double goal) {
    bar(name, figure, ">=" + Figures.number(goal), figure >= goal);
  }

  private void bar(String name, double figure, String goal, boolean met) {
    missed |= !met;
    bars.add(
        "bar %s %s goal %s %s"
            .formatted(name, Figures.number(figure), goal, met ? "met" : "missed"));
  }

  /// @return whether every bar was met
  boolean finish() {
    bars.forEach(this::say);
    return !missed;
  }

  /// Describes the machine that was measured.
  static String machine() {
    return "machine: %d x %s, %d GiB, %s, Java %s"
        .formatted(
            Runtime.getRuntime().availableProcessors(),
            fact("/proc/cpuinfo", "model name", System.getProperty("os.arch")),
            memory(),
            System.getProperty("os.name") + " " + System.getProperty("os.version"),
            System.getProperty("java.version"));
  }

  private static long memory() {
    var kib = fact("/proc/meminfo", "MemTotal", "0").replaceAll("\\D", "");
    return Math.round(Long.parseLong(kib) / 1048576.0);
  }

  private static String fact(String file, String name, String otherwise) {
    try (var lines = Files.lines(Path.of(file))) {
      return lines
          .filter(line -> line.startsWith(name))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(otherwise);
    } catch (IOException e) {
      return otherwise;
    }
  }
}
