package run.ephemeral.core.pullrequest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import run.ephemeral.core.pullrequest.Admission.Change;
import run.ephemeral.core.spec.SkipSpec;
import run.ephemeral.core.spec.StartSpec;

class AdmissionTest {
  private static final PullRequest ONE = new PullRequest(1, "One", "one", "ann", "c1");
  private static final PullRequest TWO = new PullRequest(2, "Two", "two", "bot", "c2");
  private static final PullRequest ONE_LATER = new PullRequest(1, "One", "one", "ann", "c3");

  @Test
  void everyOpenPullRequestGetsAnEnvironment() {
    check(
        List.of(candidate(ONE), candidate(TWO)),
        Map.of(),
        Map.of(),
        9,
        new Change.Create(ONE, false),
        new Change.Create(TWO, false));
  }

  @Test
  void aPushUpdatesAndAnUnchangedOneIsLeftAlone() {
    check(List.of(candidate(ONE)), Map.of(1, ONE), Map.of(), 9);
    check(List.of(candidate(ONE_LATER)), Map.of(1, ONE), Map.of(), 9, new Change.Update(ONE_LATER));
  }

  @Test
  void oneThatIsClosedIsRemoved() {
    var reason = "its branch was merged or deleted";
    check(List.of(), Map.of(1, ONE), Map.of(), 9, new Change.Remove(1, reason));
    check(
        List.of(candidate(TWO)), Map.of(1, ONE, 2, TWO), Map.of(), 9, new Change.Remove(1, reason));
  }

  @Test
  void oneWhoseEnvironmentWasDestroyedGetsANewOneWithTheNextPushOnly() {
    check(List.of(candidate(ONE)), Map.of(), Map.of(1, "c1"), 9);
    check(
        List.of(candidate(ONE_LATER)),
        Map.of(),
        Map.of(1, "c1"),
        9,
        new Change.Create(ONE_LATER, false));
  }

  @Test
  void branchesAndAuthorsCanBeLeftOut() {
    check(List.of(candidate(ONE, start("!one"))), Map.of(), Map.of(), 9);
    var noBots = new SkipSpec(List.of("bot"));
    var start = new StartSpec(StartSpec.When.ALWAYS, List.of(), noBots, Optional.empty());
    check(List.of(candidate(TWO, start)), Map.of(), Map.of(), 9);
  }

  @Test
  void oneThatIsLeftOutFromNowOnLosesItsEnvironment() {
    var why = "its branch is left out by start.branches";
    check(
        List.of(candidate(ONE, start("!one"))),
        Map.of(1, ONE),
        Map.of(),
        9,
        new Change.Remove(1, why));
  }

  @Test
  void whenThereIsNoRoomTheOldestComeFirst() {
    check(
        List.of(candidate(ONE), candidate(TWO)),
        Map.of(),
        Map.of(),
        1,
        new Change.Create(ONE, false),
        new Change.Wait(TWO));
    check(List.of(candidate(ONE)), Map.of(), Map.of(), -3, new Change.Wait(ONE));
  }

  @Test
  void onCommandItIsMadeButSleeps() {
    var start =
        new StartSpec(StartSpec.When.COMMAND, List.of(), new SkipSpec(List.of()), Optional.empty());
    check(List.of(candidate(ONE, start)), Map.of(), Map.of(), 9, new Change.Create(ONE, true));
  }

  private static Candidate candidate(PullRequest pullRequest) {
    return candidate(pullRequest, StartSpec.DEFAULT);
  }

  private static Candidate candidate(PullRequest pullRequest, StartSpec start) {
    return new Candidate(pullRequest, start);
  }

  private static StartSpec start(String pattern) {
    return new StartSpec(
        StartSpec.When.ALWAYS, List.of(pattern), new SkipSpec(List.of()), Optional.empty());
  }

  private static void check(
      List<Candidate> open,
      Map<Integer, PullRequest> running,
      Map<Integer, String> dismissed,
      int room,
      Change... expected) {
    assertThat(Admission.judge(open, running, dismissed, room)).containsExactly(expected);
  }
}
