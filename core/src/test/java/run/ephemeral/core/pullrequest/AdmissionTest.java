package run.ephemeral.core.pullrequest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import run.ephemeral.core.pullrequest.Admission.Change;
import run.ephemeral.core.spec.SkipSpec;
import run.ephemeral.core.spec.StartSpec;

class AdmissionTest {
  private static final PullRequest ONE = pullRequest(1, "One", "one", "ann", "c1");
  private static final PullRequest TWO = pullRequest(2, "Two", "two", "bot", "c2");
  private static final PullRequest ONE_LATER = pullRequest(1, "One", "one", "ann", "c3");

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
    check(List.of(candidate(ONE)), Map.of(ONE.ref(), ONE), Map.of(), 9);
    check(
        List.of(candidate(ONE_LATER)),
        Map.of(ONE.ref(), ONE),
        Map.of(),
        9,
        new Change.Update(ONE_LATER));
  }

  @Test
  void oneThatIsClosedIsRemoved() {
    var reason = "its branch was merged or deleted";
    check(List.of(), Map.of(ONE.ref(), ONE), Map.of(), 9, new Change.Remove(ONE.ref(), reason));
    check(
        List.of(candidate(TWO)),
        Map.of(ONE.ref(), ONE, TWO.ref(), TWO),
        Map.of(),
        9,
        new Change.Remove(ONE.ref(), reason));
  }

  @Test
  void oneWhoseEnvironmentWasDestroyedGetsANewOneWithTheNextPushOnly() {
    check(List.of(candidate(ONE)), Map.of(), Map.of(ONE.ref(), "c1"), 9);
    check(
        List.of(candidate(ONE_LATER)),
        Map.of(),
        Map.of(ONE.ref(), "c1"),
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
        Map.of(ONE.ref(), ONE),
        Map.of(),
        9,
        new Change.Remove(ONE.ref(), why));
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

  @Test
  void whatPeopleSayAboutItIsNotedAndIsNoPush() {
    var draft = with(ONE, new Facts("Better", "ann", Set.of("wip"), true), ONE.trust());
    check(List.of(candidate(draft)), Map.of(ONE.ref(), ONE), Map.of(), 9, new Change.Note(draft));
  }

  @Test
  void anotherBaseIsAPushUnlessTheOneBeforeWasNotWrittenDown() {
    var unknown = on(ONE, Optional.empty());
    var release = on(ONE, Optional.of("release"));
    check(
        List.of(candidate(release)),
        Map.of(ONE.ref(), ONE),
        Map.of(),
        9,
        new Change.Update(release));
    check(List.of(candidate(ONE)), Map.of(ONE.ref(), unknown), Map.of(), 9, new Change.Note(ONE));
    check(
        List.of(candidate(unknown)), Map.of(ONE.ref(), ONE), Map.of(), 9, new Change.Note(unknown));
  }

  @Test
  void anotherBranchIsAPush() {
    var moved = new PullRequest(ONE.ref(), head("c1", "two"), ONE.facts(), ONE.trust());
    check(List.of(candidate(moved)), Map.of(ONE.ref(), ONE), Map.of(), 9, new Change.Update(moved));
  }

  @Test
  void aLabelStartsAndItsRemovalEnds() {
    var labelled = with(ONE, new Facts("One", "ann", Set.of("preview"), false), ONE.trust());
    var start =
        new StartSpec(
            StartSpec.When.ALWAYS, List.of(), new SkipSpec(List.of()), Optional.of("preview"));
    check(List.of(candidate(ONE, start)), Map.of(), Map.of(), 9);
    check(
        List.of(candidate(labelled, start)),
        Map.of(),
        Map.of(),
        9,
        new Change.Create(labelled, false));
    check(
        List.of(candidate(ONE, start)),
        Map.of(ONE.ref(), labelled),
        Map.of(),
        9,
        new Change.Remove(
            ONE.ref(),
            "it lacks the label `preview` of start.label; a plain git repository has no labels"));
  }

  @Test
  void draftsAndLabelsCanBeLeftOut() {
    var draft = with(ONE, new Facts("One", "ann", Set.of(), true), ONE.trust());
    var labelled = with(TWO, new Facts("Two", "bot", Set.of("ui", "wip"), false), TWO.trust());
    var skip =
        new SkipSpec(List.of(), Optional.of(true), Optional.of(List.of("wip")), Optional.empty());
    var start = new StartSpec(StartSpec.When.ALWAYS, List.of(), skip, Optional.empty());
    check(List.of(candidate(draft, start), candidate(labelled, start)), Map.of(), Map.of(), 9);
    check(
        List.of(candidate(ONE, start), candidate(draft)),
        Map.of(),
        Map.of(),
        9,
        new Change.Create(ONE, false),
        new Change.Create(draft, false));
    check(
        List.of(candidate(draft, start)),
        Map.of(ONE.ref(), ONE),
        Map.of(),
        9,
        new Change.Remove(ONE.ref(), "it is a draft, and start.skip.drafts leaves those out"));
    check(
        List.of(candidate(labelled, start)),
        Map.of(TWO.ref(), TWO),
        Map.of(),
        9,
        new Change.Remove(TWO.ref(), "it has a label that is left out by start.skip.labels"));
  }

  @Test
  void oneThatChangesOnlyWhatIsLeftOutGetsNone() {
    var paths = Optional.of(List.of("docs/*", "*.md"));
    var skip = new SkipSpec(List.of(), Optional.empty(), Optional.empty(), paths);
    var start = new StartSpec(StartSpec.When.ALWAYS, List.of(), skip, Optional.empty());
    check(
        List.of(new Candidate(ONE, start, Set.of("docs/a/b.png", "README.md"))),
        Map.of(ONE.ref(), ONE),
        Map.of(),
        9,
        new Change.Remove(
            ONE.ref(), "it changes only files that are left out by start.skip.paths"));
    check(
        List.of(new Candidate(ONE, start, Set.of("docs/a/b.png", "web/index.html"))),
        Map.of(),
        Map.of(),
        9,
        new Change.Create(ONE, false));
    check(List.of(new Candidate(ONE, start)), Map.of(), Map.of(), 9, new Change.Create(ONE, false));
  }

  @Test
  void aForkIsRunOnlyAsFarAsItWasApproved() {
    var fork = with(ONE, ONE.facts(), new Trust.Fork("mallory"));
    var approved = with(ONE, ONE.facts(), new Trust.Approved("mallory", "c1", "ann"));
    var later = with(ONE_LATER, ONE.facts(), new Trust.Approved("mallory", "c1", "ann"));
    var again = with(ONE_LATER, ONE.facts(), new Trust.Approved("mallory", "c3", "ann"));
    check(List.of(candidate(fork)), Map.of(), Map.of(), 9, new Change.AwaitApproval(fork));
    check(List.of(candidate(fork)), Map.of(), Map.of(ONE.ref(), "c1"), 9);
    check(List.of(candidate(fork, start("release/*"))), Map.of(), Map.of(), 9);
    assertThat(Admission.refusal(candidate(fork), Map.of()))
        .isEqualTo("its commit comes from a fork, and nobody approved it");
    check(List.of(candidate(approved)), Map.of(), Map.of(), 9, new Change.Create(approved, false));
    check(List.of(candidate(later)), Map.of(ONE.ref(), approved), Map.of(), 9);
    check(
        List.of(candidate(again)),
        Map.of(ONE.ref(), approved),
        Map.of(),
        9,
        new Change.Update(again));
  }

  @Test
  void pullRequestsOfTwoRepositoriesAreTwoThoughTheirNumbersAreEqual() {
    var ref = new PullRequestRef(new RepositoryName("github", "acme/api"), 1);
    var other = new PullRequest(ref, ONE.head(), ONE.facts(), ONE.trust());
    check(List.of(candidate(ONE), candidate(other)), Map.of(ONE.ref(), ONE), Map.of(ref, "c1"), 9);
    check(
        List.of(candidate(ONE), candidate(other)),
        Map.of(ONE.ref(), ONE),
        Map.of(),
        9,
        new Change.Create(other, false));
  }

  private static PullRequest pullRequest(
      int number, String title, String branch, String author, String commit) {
    return new PullRequest(
        new PullRequestRef(new RepositoryName("git", "shop"), number),
        head(commit, branch),
        new Facts(title, author, Set.of(), false),
        new Trust.Own());
  }

  private static Head head(String commit, String branch) {
    return new Head(commit, branch, Optional.of("main"));
  }

  private static PullRequest with(PullRequest old, Facts facts, Trust trust) {
    return new PullRequest(old.ref(), old.head(), facts, trust);
  }

  private static PullRequest on(PullRequest old, Optional<String> base) {
    var head = new Head(old.commit(), old.branch(), base);
    return new PullRequest(old.ref(), head, old.facts(), old.trust());
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
      Map<PullRequestRef, PullRequest> running,
      Map<PullRequestRef, String> dismissed,
      int room,
      Change... expected) {
    assertThat(Admission.judge(open, running, dismissed, room)).containsExactly(expected);
  }
}
