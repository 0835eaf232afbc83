package run.ephemeral.core.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StartSpecTest {
  @Test
  void withoutPatternsEveryBranchIsTaken() {
    check(List.of(), "anything", true);
  }

  @Test
  void aPatternTakesWhatItMatches() {
    check(List.of("feature/*"), "feature/x", true);
    check(List.of("feature/*"), "fix/x", false);
    check(List.of("*-preview"), "a-preview", true);
    check(List.of("a*b*c"), "aXbYbZc", true);
    check(List.of("a*b*c"), "aXc", false);
  }

  @Test
  void anExclamationMarkLeavesOutAndTheLastThatMatchesDecides() {
    check(List.of("!wip/*"), "wip/x", false);
    check(List.of("!wip/*"), "other", true);
    check(List.of("*", "!wip/*", "wip/keep"), "wip/keep", true);
    check(List.of("*", "!wip/*"), "wip/x", false);
  }

  private static void check(List<String> patterns, String branch, boolean taken) {
    var start =
        new StartSpec(StartSpec.When.ALWAYS, patterns, new SkipSpec(List.of()), Optional.empty());
    assertThat(start.takes(branch)).isEqualTo(taken);
  }
}
