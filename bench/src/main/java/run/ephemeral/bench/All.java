package run.ephemeral.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import run.ephemeral.testkit.Plane;

/// Runs every benchmark in sequence, each in its own process, and writes the results to
/// `docs/performance.md`.
final class All {
  private static final List<String> NAMES =
      List.of("create", "update", "wake", "gateway", "copy", "scale", "start", "kubernetes");
  private static final Path PAGE = Plane.ROOT.resolve("docs/performance.md");

  private All() {}

  /// @return whether every bar was met
  static boolean run() throws IOException, InterruptedException {
    var bars = new ArrayList<String>();
    var sections = new StringBuilder();
    for (var name : NAMES) {
      System.err.println("bench/" + name);
      var said = run(name);
      said.lines().filter(line -> line.startsWith("bar ")).forEach(bars::add);
      sections.append("\n## bench/%s\n\n```\n%s```\n".formatted(name, said));
    }
    bars.forEach(System.out::println);
    Files.writeString(PAGE, page(bars) + sections);
    return bars.stream().allMatch(bar -> bar.endsWith(" met"));
  }

  private static String run(String name) throws IOException, InterruptedException {
    var process =
        new ProcessBuilder(Plane.ROOT.resolve("bench/" + name).toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    process.getOutputStream().close();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return process.waitFor() <= 1 ? said : said + "bar " + name + " 0 goal to-run missed\n";
  }

  private static String page(List<String> bars) {
    var rows = new StringBuilder();
    for (var bar : bars) {
      var words = List.of(bar.split(" ", 0));
      rows.append(
          "| %s | %s | %s | %s |\n"
              .formatted(words.get(1), words.get(2), words.get(4), words.get(5)));
    }
    return """
    # Performance

    Written by `bench/all` on %s. Every line can be measured again: `bench/create`, `bench/update`,
    … Machines are noisy, so what is compared is compared in one run and in turns; medians and
    spreads are below. What each benchmark does is said by its class in `bench/src`.

    %s

    | claim | measured | goal | |
    |---|---|---|---|
    %s\
    """
        .formatted(LocalDate.now(ZoneOffset.UTC), Report.machine(), rows);
  }
}
