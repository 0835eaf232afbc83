package run.ephemeral.codehost.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.app.App;
import run.ephemeral.core.pullrequest.PullRequest;
import run.ephemeral.core.spec.AppName;
import run.ephemeral.source.GitSources;
import run.ephemeral.testkit.Git;
import run.ephemeral.testkit.PullRequests;

class PullRequestsTest {
  @TempDir private Path temporary;
  private Git git = new Git(Path.of("."));
  private GitSources sources = new GitSources(Path.of("."));
  private GitCodeHost host = new GitCodeHost(sources);

  @BeforeEach
  void repository() {
    git = Git.init(temporary.resolve("the shop"));
    git.write("page", "hello").commit("First");
    sources = new GitSources(temporary.resolve("mirrors"));
    host = new GitCodeHost(sources);
  }

  @AfterEach
  void close() {
    sources.close();
  }

  private static App app(String source, String defaultBranch) {
    return new App(
        new AppName("shop"), "shop", source, defaultBranch, Instant.EPOCH, Optional.empty());
  }

  private App app() {
    return app(git.folder().toString(), "");
  }

  private List<PullRequest> open() {
    return host.look(app()).open();
  }

  private List<String> brief() {
    return open().stream().map(one -> one.number() + " " + one.branch()).toList();
  }

  @Test
  void everyBranchButTheDefaultOneIsAPullRequestTitledByItsFirstCommit() {
    git.run("checkout", "-q", "-b", "prices");
    git.write("page", "EUR").commit("Prices in two currencies\n\nAnd a body.");
    var head = git.write("page", "EUR, USD").commit("Fix a typo");
    git.run("checkout", "-q", "main");
    var seen = host.look(app());
    assertThat(seen.defaultBranch()).isEqualTo("main");
    assertThat(seen.defaultCommit()).isEqualTo(git.head());
    assertThat(seen.open())
        .containsExactly(PullRequests.of(1, "Prices in two currencies", "prices", "Ada", head));
  }

  @Test
  void aNumberStaysWithItsBranchAndIsNeverGivenAgain() {
    git.branch("b", "B");
    git.branch("a", "A");
    assertThat(brief()).hasSize(2);
    var first = open().getFirst().branch();
    git.run("branch", "-D", first);
    git.branch("c", "C");
    assertThat(brief()).doesNotContain("1 " + first).contains("3 c").hasSize(2);
    git.branch(first, "again");
    sources.close();
    sources = new GitSources(temporary.resolve("mirrors"));
    host = new GitCodeHost(sources);
    assertThat(brief()).contains("3 c", "4 " + first).hasSize(3);
  }

  @Test
  void aMergedBranchIsNoPullRequestButKeepsItsNumberWhileItIsThere() {
    git.branch("a", "A");
    git.branch("b", "B");
    var before = brief();
    git.run("merge", "-q", "--no-ff", "-m", "merge", "a");
    assertThat(brief()).hasSize(1);
    git.run("checkout", "-q", "a");
    git.commit("More");
    git.run("checkout", "-q", "main");
    assertThat(brief()).isEqualTo(before);
    assertThat(open()).extracting(PullRequest::title).contains("More");
  }

  @Test
  void aBranchAtTheDefaultOneIsNoPullRequestYet() {
    git.run("branch", "empty");
    assertThat(open()).isEmpty();
  }

  @Test
  void aRewrittenBranchIsTheSamePullRequest() {
    git.branch("a", "A");
    var before = open().getFirst();
    git.run("checkout", "-q", "a");
    git.run("commit", "-q", "--amend", "--allow-empty", "-m", "Better");
    var head = git.head();
    git.run("checkout", "-q", "main");
    assertThat(open())
        .containsExactly(PullRequests.of(before.number(), "Better", "a", "Ada", head));
  }

  @Test
  void aBranchMayBecomeAFolderOfBranches() {
    git.branch("a", "A");
    assertThat(brief()).containsExactly("1 a");
    git.run("branch", "-m", "a", "a/b");
    assertThat(brief()).containsExactly("2 a/b");
    git.run("branch", "-m", "a/b", "a");
    assertThat(brief()).containsExactly("3 a");
  }

  @Test
  void whatIsCheckedOutDoesNotMatter() {
    git.branch("a", "A");
    git.run("checkout", "-q", "a");
    assertThat(host.look(app()).defaultBranch()).isEqualTo("main");
    git.run("checkout", "-q", "--detach");
    assertThat(host.look(app()).defaultBranch()).isEqualTo("main");
  }

  @Test
  void theDefaultBranchIsFoundWhateverItIsCalled() {
    git.run("branch", "-m", "main", "master");
    assertThat(host.look(app()).defaultBranch()).isEqualTo("master");
    git.run("branch", "-m", "master", "production");
    assertThat(host.look(app()).defaultBranch()).isEqualTo("production");
    git.run("checkout", "-q", "-b", "feature");
    git.commit("Feature");
    var known = host.look(app(git.folder().toString(), "production"));
    assertThat(known.defaultBranch()).isEqualTo("production");
    assertThat(known.open()).extracting(PullRequest::branch).containsExactly("feature");
  }

  @Test
  void headOfABareRepositoryNamesItsDefaultBranch() {
    git.branch("release", "Release");
    git.run("clone", "-q", "--bare", ".", "../bare.git");
    var bare = temporary.resolve("bare.git");
    new Git(bare).run("symbolic-ref", "HEAD", "refs/heads/release");
    for (var source : List.of(bare.toString(), bare.toUri().toString())) {
      var seen = host.look(app(source, "main"));
      assertThat(seen.defaultBranch()).isEqualTo("release");
      assertThat(seen.open()).isEmpty();
      assertThat(host.changed(app(source, "main"))).isFalse();
    }
  }

  @Test
  void namesAndTitlesOfStrangersAreJustText() {
    var quotes = "a'b\"$(touch${IFS}x);`id`&|<>#%;=!";
    git.branch(quotes, "'; DROP TABLE app; -- $(id) \u001b[31mred\u0007 <b>&amp;\n\nbody");
    git.branch("🚀/größe", "🚀".repeat(300));
    var longest = "x".repeat(230);
    git.branch(longest, "\n\n  \n");
    git.run("update-ref", "refs/heads/-rf", git.branch("dash", "--upload-pack=touch"));
    var open = open();
    assertThat(open)
        .extracting(PullRequest::branch)
        .containsExactlyInAnyOrder(quotes, "🚀/größe", longest, "-rf", "dash");
    assertThat(open).extracting(PullRequest::number).doesNotHaveDuplicates();
    assertThat(open)
        .extracting(PullRequest::title)
        .contains(
            "'; DROP TABLE app; -- $(id)  [31mred  <b>&amp;",
            "🚀".repeat(200),
            longest.substring(0, 200),
            "--upload-pack=touch");
    sources.close();
    sources = new GitSources(temporary.resolve("mirrors"));
    host = new GitCodeHost(sources);
    assertThat(open()).isEqualTo(open);
  }

  @Test
  void changedSaysWhetherABranchMoved() {
    assertThat(host.changed(app())).isTrue();
    host.look(app());
    assertThat(host.changed(app())).isFalse();
    git.branch("a", "A");
    assertThat(host.changed(app())).isTrue();
    host.look(app());
    git.write("page", "uncommitted");
    git.run("tag", "v1");
    assertThat(host.changed(app())).isFalse();
    git.run("branch", "-D", "a");
    assertThat(host.changed(app())).isTrue();
    host.forget(app());
    assertThat(host.changed(app())).isTrue();
  }

  @Test
  void whatIsNoRepositoryIsTheUsersToMend() throws IOException {
    var folder = Files.createDirectories(temporary.resolve("plain"));
    for (var source : List.of(folder.toString(), folder + "/missing", "nonsense://x")) {
      assertThatThrownBy(() -> host.look(app(source, "")))
          .isInstanceOfSatisfying(
              FaultException.class, e -> assertThat(e.fault().kind()).isEqualTo(Fault.Kind.USER))
          .hasMessageContaining(source);
    }
    assertThatThrownBy(() -> host.look(app("http://127.0.0.1:1/shop.git", "")))
        .isInstanceOfSatisfying(
            FaultException.class, e -> assertThat(e.fault().kind()).isEqualTo(Fault.Kind.EXTERNAL));
  }

  @Test
  void aRepositoryWithoutACommitSaysWhatIsMissing() {
    var empty = Git.init(temporary.resolve("empty"));
    assertThatThrownBy(() -> host.look(app(empty.folder().toString(), "")))
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("has no branch `main`");
    assertThat(host.changed(app(empty.folder().toString(), ""))).isTrue();
  }

  @Test
  void aRepositoryThatGoesAwayAndComesBackKeepsItsNumbers() throws IOException {
    git.branch("a", "A");
    var before = open();
    var away = temporary.resolve("away");
    Files.move(git.folder(), away);
    assertThat(host.changed(app())).isTrue();
    assertThatThrownBy(this::open).isInstanceOf(FaultException.class);
    Files.move(away, git.folder());
    assertThat(open()).isEqualTo(before);
    assertThat(host.changed(app())).isFalse();
  }

  @Test
  void looksAtTheSameTimeGiveEachBranchOneNumber() throws Exception {
    for (int i = 0; i < 5; i++) {
      git.branch("b" + i, "B" + i);
    }
    var looks = new ArrayList<FutureTask<List<String>>>();
    for (int i = 0; i < 4; i++) {
      looks.add(new FutureTask<>(this::brief));
      Thread.startVirtualThread(looks.getLast());
    }
    for (var look : looks) {
      assertThat(look.get()).isEqualTo(looks.getFirst().get()).hasSize(5);
    }
  }

  @Test
  void aForgottenAppLeavesNothing() {
    git.branch("a", "A");
    open();
    host.forget(app());
    host.forget(app());
    assertThat(temporary.resolve("mirrors")).isEmptyDirectory();
    assertThat(brief()).containsExactly("1 a");
  }
}
