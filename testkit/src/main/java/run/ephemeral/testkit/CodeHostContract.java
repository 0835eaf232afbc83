package run.ephemeral.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.app.App;
import run.ephemeral.core.codehost.CodeHost;
import run.ephemeral.core.codehost.Sources;
import run.ephemeral.core.pullrequest.PullRequest;
import run.ephemeral.core.pullrequest.Trust;
import run.ephemeral.core.release.Mirror;

/// What every code host promises of a repository that people work in. The default branch is `main`
/// and has a commit, and no pull request is open at first.
public abstract class CodeHostContract {
  /// The work of people.
  public interface People {
    /// Commits a file on a branch, which is made from `main` when it is not there.
    void commit(String branch, String file, String text);

    /// Opens a pull request for a branch that is there.
    void open(String branch, String title);

    /// Closes it, and deletes its branch.
    void close(String branch);
  }

  protected abstract CodeHost host();

  protected abstract Sources sources();

  protected abstract People people();

  /// The app that follows the repository.
  protected abstract App app();

  /// One whose repository is not there.
  protected abstract App absent();

  /// One whose host does not answer.
  protected abstract App unreachable();

  private List<PullRequest> look() {
    return host().look(app()).open();
  }

  private void open(String branch) {
    people().commit(branch, "page", branch);
    people().open(branch, "About " + branch);
  }

  @Test
  void theDefaultBranchIsSeenAndItsFilesAreRead() {
    people().commit("main", "page", "main");
    var seen = host().look(app());
    assertThat(seen.open()).isEmpty();
    assertThat(seen.defaultBranch()).isEqualTo("main");
    assertThat(sources().read(Mirror.of(app().name()), seen.defaultCommit(), "page", 100))
        .contains("main");
  }

  @Test
  void anOpenPullRequestIsSeenAndItsFilesAreRead() {
    open("blue");
    var one = look().getFirst();
    assertThat(one.branch()).isEqualTo("blue");
    assertThat(one.ref().repository()).isEqualTo(app().repository());
    assertThat(one.number()).isPositive();
    assertThat(one.trust()).isEqualTo(new Trust.Own());
    assertThat(one.facts().title()).isNotEmpty();
    assertThat(one.facts().author()).isNotEmpty();
    assertThat(sources().read(Mirror.of(app().name()), one.commit(), "page", 100)).contains("blue");
  }

  @Test
  void aPushMovesTheHeadAndNothingElse() {
    open("blue");
    var before = look().getFirst();
    people().commit("blue", "page", "darker");
    var after = look().getFirst();
    assertThat(after.head().movedFrom(before.head())).isTrue();
    assertThat(after.ref()).isEqualTo(before.ref());
    assertThat(after.branch()).isEqualTo("blue");
    assertThat(sources().read(Mirror.of(app().name()), after.commit(), "page", 100))
        .contains("darker");
  }

  @Test
  void aClosedOneIsNotSeenAndItsNumberIsNeverGivenAgain() {
    open("blue");
    var first = look().getFirst().number();
    people().close("blue");
    assertThat(look()).isEmpty();
    open("red");
    assertThat(look().getFirst().number()).isGreaterThan(first);
  }

  @Test
  void severalAreInOrderOfTheirNumbers() {
    Stream.of("one", "two", "three").forEach(this::open);
    var all = look();
    assertThat(all)
        .extracting(PullRequest::branch)
        .containsExactlyInAnyOrder("one", "two", "three");
    assertThat(all).extracting(PullRequest::number).isSorted().doesNotHaveDuplicates();
    assertThat(look()).isEqualTo(all);
  }

  @Test
  void whatChangesIsToldAndNothingElse() {
    assertThat(host().changed(app())).as("before the first look").isTrue();
    settle();
    open("blue");
    Eventually.eventually("it has changed", () -> host().changed(app()));
    settle();
    assertThat(host().changed(app())).isFalse();
  }

  /// Hosts that tell times in seconds are looked at once more.
  private void settle() {
    Eventually.eventually(
        "nothing changes",
        () -> {
          look();
          return !host().changed(app());
        });
  }

  @Test
  void whatIsNotThereIsAFaultOfTheUserAndWhatDoesNotAnswerIsNot() {
    assertThat(fault(absent()).kind()).isEqualTo(Fault.Kind.USER);
    var fault = fault(unreachable());
    assertThat(fault.kind()).isEqualTo(Fault.Kind.EXTERNAL);
    assertThat(fault.message()).doesNotContain("secret");
  }

  private Fault fault(App app) {
    return catchThrowableOfType(FaultException.class, () -> host().look(app)).fault();
  }

  @Test
  void whatIsForgottenIsReadAnew() {
    open("blue");
    look();
    host().forget(app());
    host().forget(app());
    assertThat(host().changed(app())).isTrue();
    assertThat(look()).hasSize(1);
  }
}
