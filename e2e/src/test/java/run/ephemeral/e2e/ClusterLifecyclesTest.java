package run.ephemeral.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static run.ephemeral.e2e.ClusterApp.slowly;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/// Whatever the lives of environments on a cluster are, and whenever the control plane is killed:
/// at their end no namespace, no object, no Secret and no row is left.
///
/// Repeat a failed run with `-Dseed=` and the number that it printed.
@EnabledIf("run.ephemeral.testkit.TestBed#hasCluster")
@Tag("long")
class ClusterLifecyclesTest {
  private static final long SEED = Long.getLong("seed", System.nanoTime() % 1_000_000);
  private static final int WAVES = Integer.getInteger("waves", 4);
  private static final int LIVES = 5;
  private static final int LONGEST_LIFE_MILLIS = 7000;

  @TempDir Path folder;
  private final Random random = new Random(SEED);
  private final Queue<String> story = new ConcurrentLinkedQueue<>();
  private int kills;

  @Test
  void randomLivesOfWhichHalfAreKilledLeaveNothing() throws Exception {
    System.out.printf("seed %d%n", SEED);
    try (var app = new ClusterApp(folder)) {
      app.begin();
      try {
        for (int wave = 0; wave < WAVES; wave++) {
          wave(app, wave);
        }
        assertThat(app.plane.ask("DELETE", "/apps/" + app.name, "").statusCode()).isLessThan(300);
        slowly("no environment is left", () -> app.plane.get("/environments").isEmpty());
        assertThat(app.objects()).isEmpty();
        assertThat(app.rows()).isEmpty();
        assertThat(app.checks("missing", "leftover")).isEmpty();
      } catch (AssertionError | Exception e) {
        throw new AssertionError("seed " + SEED + "\n" + String.join("\n", story), e);
      }
    }
    System.out.printf("seed %d lives %d kills %d left 0%n", SEED, WAVES * LIVES, kills);
  }

  /// Some lives side by side; in every second wave the control plane is killed while they live and
  /// while they end.
  private void wave(ClusterApp app, int wave) throws Exception {
    var isKilled = wave % 2 == 1;
    var lives =
        IntStream.rangeClosed(1, LIVES)
            .mapToObj(each -> new ClusterLife(app, wave * LIVES + each, SEED, story::add))
            .toList();
    lives.forEach(ClusterLife::open);
    together(app, isKilled, lives, ClusterLife::live);
    together(app, false, lives, ClusterLife::check);
    assertThat(app.objects()).as("while they live").isNotEmpty();
    together(app, isKilled, lives, ClusterLife::end);
    for (var life : lives) {
      slowly("it is gone", life::isGone);
    }
    slowly("nothing is left", () -> app.objects().isEmpty());
  }

  private void together(
      ClusterApp app, boolean isKilled, List<ClusterLife> lives, Consumer<ClusterLife> what)
      throws Exception {
    var moment = random.nextInt(LONGEST_LIFE_MILLIS);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var all = new ArrayList<Callable<Boolean>>();
      lives.forEach(
          life ->
              all.add(
                  () -> {
                    what.accept(life);
                    return true;
                  }));
      if (isKilled) {
        all.add(
            () -> {
              // This test is about moments in time, so it sleeps.
              Thread.sleep(moment);
              story.add("killed");
              app.plane.kill();
              kills++;
              app.plane.start();
              return true;
            });
      }
      for (var done : threads.invokeAll(all)) {
        done.get();
      }
    }
  }
}
