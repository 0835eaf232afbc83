package run.ephemeral.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whatever is killed and whenever: afterwards exactly the desired environments exist, each once
/// and with its data.
///
/// Repeat a failed run with `-Dseed=` and the number that it printed. `-Dkills=` sets the number of
/// kills, which take a few seconds each.
class KillTest {
  private static final long SEED = Long.getLong("seed", 20_261_124L);
  private static final int KILLS = Integer.getInteger("kills", 200);

  @TempDir Path folder;

  @Test
  @Tag("long")
  void aFewKillsLoseDoubleAndLeaveNothing() throws Exception {
    check(6);
  }

  @Test
  @Tag("long")
  void manyKillsLoseDoubleAndLeaveNothing() throws Exception {
    check(KILLS);
  }

  private void check(int kills) throws Exception {
    assumeTrue(Processes.canBeRead());
    try (var rounds = new KillRounds(folder, SEED)) {
      rounds.begin();
      assertThat(rounds.findings()).as("before anything is killed").isEmpty();
      while (rounds.kills() < kills) {
        rounds.round();
        assertThat(rounds.findings()).as(rounds.story()).isEmpty();
      }
      rounds.destroyAll();
      assertThat(rounds.findings()).as(rounds.story()).isEmpty();
      System.out.printf("seed %d kills %d lost 0 doubled 0 left 0%n", SEED, rounds.kills());
    }
  }
}
