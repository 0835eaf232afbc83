package run.ephemeral.codehost.git;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.eclipse.jgit.lib.Repository.isValidRefName;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.app.App;
import run.ephemeral.core.pullrequest.PullRequest;
import run.ephemeral.core.spec.AppName;
import run.ephemeral.source.GitSources;
import run.ephemeral.testkit.Git;

/// A branch that git itself would hardly create, beside a good one: the good one is still a pull
/// request.
class HostileBranchesTest {
  @TempDir private Path temporary;
  private Git git = new Git(Path.of("."));
  private GitSources sources = new GitSources(Path.of("."));
  private GitCodeHost host = new GitCodeHost(sources);

  @BeforeEach
  void repository() {
    git = Git.init(temporary.resolve("shop"));
    git.write("page", "hello").commit("First");
    git.branch("good", "Good");
    sources = new GitSources(temporary.resolve("mirrors"));
    host = new GitCodeHost(sources);
  }

  @AfterEach
  void close() {
    sources.close();
  }

  private App app() {
    var source = git.folder().toString();
    return new App(new AppName("shop"), "shop", source, "", Instant.EPOCH, Optional.empty());
  }

  private List<PullRequest> open() {
    return host.look(app()).open();
  }

  /// Adds a branch as a line of `packed-refs`, which git checks less strictly.
  private void pack(String branch, String commit, Charset bytes) throws IOException {
    var line = commit + " refs/heads/" + branch + "\n";
    var packed = git.folder().resolve(".git/packed-refs");
    Files.write(packed, line.getBytes(bytes), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private String object(String type, String content) throws IOException {
    var file = Files.write(temporary.resolve("object"), content.getBytes(ISO_8859_1));
    return git.run("hash-object", "-w", "--literally", "-t", type, file.toString());
  }

  private String commit(String author, String rest) throws IOException {
    var text =
        "tree %s\nparent %s\nauthor %s\ncommitter Ada <a@b> 1767225600 +0000\n%s\n"
            .formatted(tree(), git.head(), author, rest);
    return object("commit", text);
  }

  private String tree() {
    return git.run("rev-parse", "main^{tree}");
  }

  private String strange() {
    return git.run("commit-tree", "-m", "Strange", "-p", "main", "main^{tree}");
  }

  /// The good branch is seen beside these.
  private void check(String... others) throws IOException {
    var expected = new ArrayList<>(List.of(others));
    expected.add("good");
    assertThat(open())
        .extracting(PullRequest::branch)
        .containsExactlyInAnyOrderElementsOf(expected);
    try (var mirrors = Files.list(temporary.resolve("mirrors"))) {
      assertThat(mirrors).containsExactly(temporary.resolve("mirrors/app-shop.git"));
    }
  }

  @Test
  void aNameThatNoFileCanHaveIsABranchAllTheSame() throws IOException {
    pack("x".repeat(300), strange(), UTF_8);
    pack("a", strange(), UTF_8);
    pack("a/b", strange(), UTF_8);
    pack("caf\u00e9", strange(), UTF_8);
    pack("caf\u00e9", strange(), ISO_8859_1);
    check("x".repeat(300), "a", "a/b", "café", "caf\ufffd");
  }

  @Test
  void aNameThatGitNeverGivesIsNoBranch() throws IOException {
    for (var name :
        List.of("../../up", "a\u0001\u001b[31m", "x.lock", "a..b", "a b", "@{", "a~1")) {
      pack(name, strange(), UTF_8);
    }
    check();
    assertThat(temporary.resolve("mirrors/app-shop.git/up")).doesNotExist();
  }

  @Test
  void aNameMayBeginLikeTheDefaultBranch() throws IOException {
    for (var name :
        List.of("mai", "main2", "main-x", "Main", "x/main", "HEAD", "refs/heads/main")) {
      pack(name, strange(), UTF_8);
    }
    check("mai", "main2", "main-x", "Main", "x/main", "HEAD", "refs/heads/main");
    assertThat(host.look(app()).defaultBranch()).isEqualTo("main");
  }

  @Test
  void whatACommitSaysOfItsAuthorMayBeAnything() throws IOException {
    var authors =
        List.of(
            "",
            "Ada",
            "Ada <a@b",
            "Ada <a@b> 99999999999999999999 +0000",
            "Ada <a@b> 1 +999999",
            "<> 1 +0000",
            "\u001b[31m\u0000\n <x> 1 +0000");
    var expected = new ArrayList<String>();
    for (var author : authors) {
      expected.add("b" + expected.size());
      pack(expected.getLast(), commit(author, "\nTitle"), UTF_8);
    }
    pack("encoding", commit("Ada <a@b> 1 +0000", "encoding no-such\n\nTitle"), UTF_8);
    pack("name", commit("Ada <a@b> 1 +0000", "encoding !!\n\n\u00e9\u0000"), UTF_8);
    pack("nothing", commit("Ada <a@b> 1 +0000", ""), UTF_8);
    pack("nobody", object("commit", "tree %s\n\nTitle".formatted(tree())), UTF_8);
    expected.addAll(List.of("encoding", "name", "nothing", "nobody"));
    check(expected.toArray(String[]::new));
    assertThat(open())
        .allMatch(one -> !one.author().contains("\u001b") && !one.title().contains("\u0000"));
  }

  @Test
  void whatIsNoCommitIsNoPullRequest() throws IOException {
    pack("blob", git.run("rev-parse", "main:page"), UTF_8);
    pack("tree", git.run("rev-parse", "main^{tree}"), UTF_8);
    git.run("tag", "-a", "-m", "x", "v1", "good");
    pack("tag", git.run("rev-parse", "v1"), UTF_8);
    check("tag");
  }

  @Test
  void aHistoryOfItsOwnIsAPullRequestToo() throws IOException {
    git.run("checkout", "-q", "--orphan", "other");
    git.commit("Its first");
    git.commit("Its second");
    git.run("checkout", "-q", "main");
    check("other");
    assertThat(open()).extracting(PullRequest::title).contains("Its first");
    git.run("update-ref", "refs/heads/main", "other");
    git.run("branch", "-D", "other");
    check();
  }

  /// One broken branch makes the repository unreadable, for git as well: the last result stays
  /// until the branch is repaired.
  @Test
  void aBrokenObjectIsSaidAndEverythingIsBackWhenItIsMended() throws IOException {
    for (var broken : List.of("1".repeat(40), "0".repeat(40), object("commit", "garbage"), "123")) {
      pack("broken", broken, UTF_8);
      refused("git cannot read", "`git fsck` in that folder says what is broken there");
      Files.delete(git.folder().resolve(".git/packed-refs"));
      check();
    }
    var commit = git.branch("bad", "Bad");
    var file = "objects/" + commit.substring(0, 2) + "/" + commit.substring(2);
    var object = git.folder().resolve(".git").resolve(file);
    var bytes = Files.readAllBytes(object);
    Files.delete(object);
    Files.writeString(object, "garbage");
    refused("git cannot read", "`git fsck` in that folder says what is broken there");
    Files.write(object, bytes);
    check("bad");
  }

  @Test
  void aBrokenConfigurationIsSaid() throws IOException {
    var config = git.folder().resolve(".git/config");
    var text = Files.readString(config);
    check();
    Files.writeString(config, "[broken");
    assertThat(host.changed(app())).isTrue();
    refused("git cannot read", "config");
    Files.writeString(config, text);
    check();
  }

  private void refused(String... expected) {
    assertThatThrownBy(this::open)
        .isInstanceOf(FaultException.class)
        .hasMessageContainingAll(expected);
  }

  @Test
  void aShallowCloneSaysHowToCompleteIt() throws IOException {
    git.commit("Second");
    git.commit("Third");
    var source = "file://" + git.folder();
    for (var bare : List.of("--bare", "--no-bare")) {
      git.run(
          "clone", "-q", bare, "--no-single-branch", "--depth", "1", source, "../shallow" + bare);
    }
    git = new Git(temporary.resolve("shallow--bare"));
    refused("is a shallow clone", "`git fetch --unshallow`");
    git.run("fetch", "-q", "--unshallow");
    check();
    git = new Git(temporary.resolve("shallow--no-bare"));
    refused("is a shallow clone", "`git fetch --unshallow`");
  }

  @Test
  void locksThatAKilledGitLeftAreNoTrouble() throws IOException {
    check();
    sources.close();
    var mirror = temporary.resolve("mirrors/app-shop.git");
    for (var lock :
        List.of("config.lock", "packed-refs.lock", "HEAD.lock", "refs/heads/new.lock")) {
      Files.createFile(mirror.resolve(lock));
      Files.createFile(git.folder().resolve(".git").resolve(lock));
    }
    sources = new GitSources(temporary.resolve("mirrors"));
    host = new GitCodeHost(sources);
    pack("new", strange(), UTF_8);
    check("new");
  }

  /// A file below `refs` that ends with `.lock` is no branch, but a folder may have such a name.
  @Test
  void noNameOfABranchEndsLikeALock() throws IOException {
    assertThat(isValidRefName("refs/heads/x.lock")).isFalse();
    assertThat(isValidRefName("refs/heads/y/x.lock")).isFalse();
    assertThat(isValidRefName("refs/heads/x.lock/y")).isTrue();
    pack("x.lock/y", strange(), UTF_8);
    check("x.lock/y");
    sources.close();
    var old = temporary.resolve("mirrors/app-shop.git/refs/heads/x.lock/y");
    Files.createDirectories(old.getParent());
    Files.writeString(old, git.head() + "\n");
    sources = new GitSources(temporary.resolve("mirrors"));
    host = new GitCodeHost(sources);
    check("x.lock/y");
  }

  @Test
  void branchesThatAreNamedLikeTemporaryFilesAreKeptByTheNextStart() throws IOException {
    var names =
        List.of(
            "incoming_x/y",
            "noz1/2",
            "gc_x/y",
            "x.tmp/y",
            "x.pack",
            "x.idx2/z",
            "insert_1",
            "y.keep");
    for (var name : names) {
      git.branch(name, name);
      check(names.subList(0, names.indexOf(name) + 1).toArray(String[]::new));
    }
    var before = open();
    var packs = fetched();
    sources.close();
    sources = new GitSources(temporary.resolve("mirrors"));
    host = new GitCodeHost(sources);
    assertThat(open()).isEqualTo(before);
    assertThat(fetched()).isEqualTo(packs);
    git.branch("gc_x/z", "One more");
    git.run("branch", "-D", "gc_x/y");
    assertThat(open()).extracting(PullRequest::branch).contains("gc_x/z", "good");
  }

  /// The packs that were fetched: a look that finds nothing new adds none.
  private List<Path> fetched() throws IOException {
    try (var packs = Files.list(temporary.resolve("mirrors/app-shop.git/objects/pack"))) {
      return packs.sorted().toList();
    }
  }

  @Test
  void aBranchNamedLikeATemporaryFileInAMirrorOfAnEarlierProgramIsNoTrouble() throws IOException {
    check();
    sources.close();
    var mirror = new Git(temporary.resolve("mirrors/app-shop.git"));
    for (var old : List.of("gc_x/y", "noz1", "main", "Main", "caf\u00e9", "deep/er/and/deeper")) {
      mirror.run("update-ref", "refs/heads/" + old, git.head());
    }
    mirror.run("pack-refs", "--all");
    mirror.run("update-ref", "refs/heads/loose/gc_1", git.head());
    git.branch("gc_x/y", "Mine");
    git.branch("loose", "Mine too");
    sources = new GitSources(temporary.resolve("mirrors"));
    host = new GitCodeHost(sources);
    check("gc_x/y", "loose");
    assertThat(mirror.run("for-each-ref", "--format=%(refname)").lines()).hasSize(4);
  }

  @Test
  void aNameThatNoFileCanHaveStopsNobodyWhenItComesLater() throws IOException {
    check();
    pack("x".repeat(300), strange(), UTF_8);
    check("x".repeat(300));
    git.branch("later", "Later");
    check("x".repeat(300), "later");
  }

  @Test
  void namesThatAreInEachOthersWayStopNobody() throws IOException {
    git.branch("a", "A");
    check("a");
    git.run("branch", "-D", "a");
    git.branch("a/b", "A/B");
    check("a/b");
    pack("a", strange(), UTF_8);
    pack("A/B", strange(), UTF_8);
    check("a", "a/b", "A/B");
    git.run("branch", "-D", "a/b");
    git.branch("c", "C");
    check("a", "A/B", "c");
    var packs = fetched();
    sources.close();
    sources = new GitSources(temporary.resolve("mirrors"));
    host = new GitCodeHost(sources);
    check("a", "A/B", "c");
    assertThat(fetched()).isEqualTo(packs);
  }

  /// Names do not become file names, whatever characters this process can write in them.
  @Test
  void theMirrorHasNoFileNamedByAStranger() throws IOException {
    git.branch("stranger-\u00e9", "Theirs");
    git.branch("stranger/plain", "Theirs");
    check("stranger-\u00e9", "stranger/plain");
    git.run("branch", "-D", "stranger/plain");
    check("stranger-\u00e9");
    try (var files = Files.walk(temporary.resolve("mirrors"))) {
      assertThat(files).noneMatch(file -> file.toString().contains("stranger"));
    }
    assertThat(Files.readString(temporary.resolve("mirrors/app-shop.git/config"), UTF_8))
        .contains("stranger-\u00e9")
        .doesNotContain("stranger/plain");
  }

  @Test
  void aDefaultBranchThatIsGoneIsSaid() throws IOException {
    git.run("checkout", "-q", "--detach");
    git.run("branch", "-m", "main", "elsewhere");
    refused("has no branch `main`");
    git.run("symbolic-ref", "HEAD", "refs/heads/nowhere");
    refused("has no branch `main`");
    git.run("branch", "-m", "elsewhere", "main");
    check();
  }
}
