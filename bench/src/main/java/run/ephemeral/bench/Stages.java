package run.ephemeral.bench;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/// How the time of a wake is divided into stages, by the times of events: for the median and for
/// the slowest tenth, which determines the percentile. An event is recorded shortly after what it
/// describes.
final class Stages {
  private static final List<String> MOMENTS = List.of("wake", "start", "healthy");
  private static final List<String> NAMES =
      List.of("until it is wanted", "until it starts", "until it is healthy", "until it answers");

  private final List<double[]> rounds = new ArrayList<>();

  /// @param diary the time of the first event of each kind
  void add(Instant asked, Map<String, Instant> diary, Duration firstByte) {
    if (!diary.keySet().containsAll(MOMENTS)) {
      return;
    }
    var round = new double[NAMES.size() + 1];
    var before = asked;
    for (int i = 0; i < MOMENTS.size(); i++) {
      var at = diary.getOrDefault(MOMENTS.get(i), before);
      round[i] = millis(Duration.between(before, at));
      before = at;
    }
    round[MOMENTS.size()] = millis(Duration.between(before, asked.plus(firstByte)));
    round[NAMES.size()] = millis(firstByte);
    rounds.add(round);
  }

  void tell(Report report) {
    if (rounds.isEmpty()) {
      return;
    }
    rounds.sort(Comparator.comparingDouble(round -> round[NAMES.size()]));
    var slowest = rounds.subList(rounds.size() - Math.max(1, rounds.size() / 10), rounds.size());
    for (int i = 0; i < NAMES.size(); i++) {
      report.say(
          "    %-42s median %s ms, of the slowest tenth %s ms"
              .formatted(
                  NAMES.get(i),
                  Figures.number(median(rounds, i)),
                  Figures.number(median(slowest, i))));
    }
  }

  private static double median(List<double[]> some, int stage) {
    return new Figures(some.stream().mapToDouble(round -> round[stage]).toArray()).median();
  }

  private static double millis(Duration took) {
    return took.toNanos() / 1e6;
  }
}
