package run.ephemeral.bench;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Time from a request to a sleeping environment until its first byte, minus the start of the same
/// program without the product: one visitor, a hundred environments at once, a thousand visitors
/// of one environment at once.
///
/// A thousand concurrent visitors delay each other: that is measured with the same visitors while
/// nothing sleeps, and subtracted. A hundred programs that start at once keep every processor
/// busy, with the product or without: there the added time is the total, divided by their number.
final class Wake implements Benchmark {
  private static final int ROUNDS = 100;
  private static final int WARM_UP = 30;
  private static final int CROWD = 1000;
  private static final int CROWDS = 25;
  private static final int WARM_UP_CROWDS = 3;
  private static final int ROUNDS_OF_ALL = 5;
  private static final int ENVIRONMENTS = 100;
  private static final double P99 = 0.99;
  private static final double GOAL_MILLIS = 20;

  private final List<Visit> failed = new ArrayList<>();
  private long wakes;
  private long asked;

  @Override
  public void measure(Report report) throws Exception {
    try (var product = new Product()) {
      var nap = new Nap(product, ENVIRONMENTS);
      nap.sleep(ENVIRONMENTS);
      one(nap, report);
      crowd(nap, report);
      everywhere(nap, report);
    }
    report.atMost("wake.per-sleep", (double) wakes / asked, 1);
    report.atMost("wake.errors", failed.size(), 0);
  }

  private void one(Nap nap, Report report) throws Exception {
    var ours = new double[ROUNDS];
    var bare = new double[ROUNDS];
    var added = new double[ROUNDS];
    var stages = new Stages();
    for (int i = 0; i < WARM_UP; i++) {
      nap.sleep(1);
      checked(nap.visit(1));
    }
    for (int i = 0; i < ROUNDS; i++) {
      nap.sleep(1);
      var before = nap.lastEvent(1);
      var asked = Instant.now();
      var visit = checked(nap.visit(1));
      ours[i] = visit.millis();
      count(nap, 1, before);
      stages.add(asked, nap.moments(1, before), visit.firstByte());
      bare[i] = millis(nap.bare(1).getFirst());
      added[i] = ours[i] - bare[i];
    }
    report.say("one visitor");
    report.figures("first byte from sleep", new Figures(ours), "ms");
    stages.tell(report);
    report.figures("bare start", new Figures(bare), "ms");
    report.figures("added, round by round", new Figures(added), "ms");
    report.atMost("wake.one.p99", new Figures(added).percentile(P99), GOAL_MILLIS);
  }

  private void crowd(Nap nap, Report report) throws Exception {
    var ours = new double[CROWDS];
    var awake = new double[CROWDS];
    var direct = new double[CROWDS];
    var added = new double[CROWDS];
    for (int i = 0; i < WARM_UP_CROWDS; i++) {
      nap.sleep(1);
      p99(Nap.together(CROWD, visitor -> nap.visit(1)));
    }
    for (int i = 0; i < CROWDS; i++) {
      nap.sleep(1);
      var before = nap.lastEvent(1);
      ours[i] = p99(Nap.together(CROWD, visitor -> nap.visit(1)));
      count(nap, 1, before);
      awake[i] = p99(Nap.together(CROWD, visitor -> nap.visit(1)));
      added[i] = ours[i] - awake[i] - millis(nap.bare(1).getFirst());
      var starts = nap.bare(CROWD).stream().mapToDouble(Wake::millis).toArray();
      direct[i] = new Figures(starts).percentile(P99);
    }
    report.say("a thousand visitors of one at once, p99 of each crowd");
    report.figures("first byte from sleep", new Figures(ours), "ms");
    report.figures("the same crowd when it is awake", new Figures(awake), "ms");
    report.figures("bare start, then a thousand without us", new Figures(direct), "ms");
    report.figures("added to the bare start and the crowd", new Figures(added), "ms");
    report.atMost("wake.thousand.p99", new Figures(added).median(), GOAL_MILLIS);
  }

  private void everywhere(Nap nap, Report report) throws Exception {
    var ours = new double[ROUNDS_OF_ALL];
    var bare = new double[ROUNDS_OF_ALL];
    var added = new double[ROUNDS_OF_ALL];
    for (int i = 0; i < ROUNDS_OF_ALL; i++) {
      nap.sleep(ENVIRONMENTS);
      ours[i] = p99(Nap.together(ENVIRONMENTS, nap::visit));
      var starts = Nap.together(ENVIRONMENTS, one -> millis(nap.bare(1).getFirst()));
      var figures = new Figures(starts.stream().mapToDouble(Double::doubleValue).toArray());
      bare[i] = figures.percentile(P99);
      added[i] = (ours[i] - bare[i]) / ENVIRONMENTS;
    }
    report.say("a hundred environments at once, p99 of each round");
    report.figures("first byte from sleep", new Figures(ours), "ms");
    report.figures("bare starts at once", new Figures(bare), "ms");
    report.figures("added for each environment", new Figures(added), "ms");
    report.atMost("wake.hundred.p99", new Figures(added).median(), GOAL_MILLIS);
  }

  private double p99(List<Visit> visits) {
    return new Figures(visits.stream().mapToDouble(visit -> checked(visit).millis()).toArray())
        .percentile(P99);
  }

  private Visit checked(Visit visit) {
    if (visit.status() != 200) {
      failed.add(visit);
    }
    return visit;
  }

  private void count(Nap nap, int pullRequest, long before) {
    asked++;
    wakes += nap.wakes(pullRequest, before);
  }

  private static double millis(Duration took) {
    return took.toNanos() / 1e6;
  }
}
