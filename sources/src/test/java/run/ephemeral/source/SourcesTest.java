package run.ephemeral.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.codehost.Sources.Snapshot;
import run.ephemeral.core.release.Mirror;
import run.ephemeral.testkit.Git;

/// Snapshots of working trees, and reading content.
class SourcesTest {
  private static final Mirror TREE = new Mirror("tree-shop");

  @TempDir private Path temporary;
  private Git git = new Git(Path.of("."));
  private GitSources sources = new GitSources(Path.of("."));

  @BeforeEach
  void repository() {
    git = Git.init(temporary.resolve("the shop"));
    git.write("page", "hello").write("web/a b.txt", "blank").commit("First");
    sources = new GitSources(temporary.resolve("mirrors"));
  }

  @AfterEach
  void close() {
    sources.close();
  }

  private Snapshot snapshot() {
    return sources.snapshot(TREE, git.folder());
  }

  private String hash(String path) {
    return sources.hash(TREE, snapshot().commit(), path).orElseThrow();
  }

  private Path checkOut(String hash) throws IOException {
    var into = Files.createTempDirectory(temporary, "out-");
    sources.checkOut(TREE, hash, "db/seed.sql", into);
    return into;
  }

  private Path checkOut() throws IOException {
    return checkOut(hash("."));
  }

  private static String tree(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      return String.join(
          " ",
          files
              .filter(file -> !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS))
              .map(file -> folder.relativize(file).toString())
              .sorted()
              .toList());
    }
  }

  @Test
  void aSnapshotIsTheWorkingTreeAsItIs() throws IOException {
    git.write(".gitignore", "*.log\ntarget/\n/config/*\n");
    git.write("config/kept", "tracked though ignored");
    git.write("target/keep/tracked", "too").write("staged", "1").write("gone", "1");
    git.run("add", "-f", "config/kept", "target/keep/tracked");
    git.commit("More");
    git.run("rm", "-q", "--cached", "staged");
    git.run("rm", "-q", "gone");
    git.write("page", "changed").write("new/file", "untracked").write("a.log", "x");
    git.write("target/classes/A", "x").write("target/keep/not", "x").write("config/not", "x");
    git.write(".git/info/exclude", "secret\n").write("secret", "x");
    var out = checkOut();
    assertThat(tree(out))
        .isEqualTo(".gitignore config/kept new/file page staged target/keep/tracked web/a b.txt");
    assertThat(out.resolve("page")).hasContent("changed");
  }

  @Test
  void linksAndModesAndBytesAreKept() throws IOException {
    git.write("tool.sh", "#!/bin/sh\r\n").write(".gitattributes", "* text=auto eol=lf\n");
    assertThat(git.folder().resolve("tool.sh").toFile().setExecutable(true)).isTrue();
    Files.createSymbolicLink(git.folder().resolve("web/up"), Path.of("../page"));
    Files.createSymbolicLink(git.folder().resolve("web/dangling"), Path.of("none"));
    Files.createSymbolicLink(git.folder().resolve("dir"), Path.of("web"));
    var out = checkOut();
    assertThat(out.resolve("tool.sh")).isExecutable();
    assertThat(Files.readString(out.resolve("tool.sh"))).isEqualTo("#!/bin/sh\r\n");
    assertThat(Files.isExecutable(out.resolve("page"))).isFalse();
    assertThat(Files.readSymbolicLink(out.resolve("web/up"))).isEqualTo(Path.of("../page"));
    assertThat(Files.readSymbolicLink(out.resolve("web/dangling"))).isEqualTo(Path.of("none"));
    assertThat(out.resolve("dir/a b.txt")).hasContent("blank");
  }

  @Test
  void theSameContentIsTheSameCommitAndNothingOfTheUsersIsTouched() throws IOException {
    git.write("page", "changed").write("new", "file");
    var index = Files.readAllBytes(git.folder().resolve(".git/index"));
    var objects = tree(git.folder().resolve(".git"));
    var first = snapshot();
    assertThat(snapshot()).isEqualTo(first);
    git.write("page", "changed again");
    assertThat(snapshot().commit()).isNotEqualTo(first.commit());
    git.write("page", "changed");
    assertThat(snapshot()).isEqualTo(first);
    assertThat(Files.readAllBytes(git.folder().resolve(".git/index"))).isEqualTo(index);
    assertThat(tree(git.folder().resolve(".git"))).isEqualTo(objects);
    assertThat(first.branch()).isEqualTo("main");
    assertThat(first.title()).isEqualTo("First");
    assertThat(first.author()).isEqualTo("Ada");
  }

  @Test
  void aPipeIsNoFile() throws Exception {
    var pipe = git.folder().resolve("web/pipe").toString();
    assertThat(new ProcessBuilder("mkfifo", pipe).start().waitFor()).isZero();
    try (var socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.bind(UnixDomainSocketAddress.of(git.folder().resolve("web/socket")));
      assertThat(tree(checkOut())).isEqualTo("page web/a b.txt");
    }
  }

  @Test
  void aSubfolderIsTakenAloneAndKeepsTheRulesAboveIt() throws IOException {
    git.write(".gitignore", "*.log\n").write("web/x.log", "x").write("webby/y", "y");
    var commit = sources.snapshot(TREE, git.folder().resolve("web")).commit();
    var hash = sources.hash(TREE, commit, ".").orElseThrow();
    assertThat(tree(checkOut(hash))).isEqualTo("a b.txt");
    assertThat(hash).isEqualTo(hash("web"));
  }

  @Test
  void noCommitYetIsNoTrouble() throws IOException {
    git = Git.init(temporary.resolve("fresh"));
    git.write("page", "first words");
    assertThat(snapshot().branch()).isEqualTo("main");
    assertThat(snapshot().title()).isEmpty();
    assertThat(tree(checkOut())).isEqualTo("page");
  }

  @Test
  void nothingCheckedOutIsNoBranch() {
    git.run("checkout", "-q", "--detach");
    assertThat(snapshot().branch()).isEmpty();
    assertThat(snapshot().title()).isEqualTo("First");
  }

  @Test
  void aLinkedWorktreeIsAWorkingTreeToo() throws IOException {
    git.run("worktree", "add", "-q", "-b", "side", "../side");
    git = new Git(temporary.resolve("side"));
    git.write("page", "side");
    assertThat(snapshot().branch()).isEqualTo("side");
    assertThat(checkOut().resolve("page")).hasContent("side");
  }

  @Test
  void whatIsNoWorkingTreeIsSaid() throws IOException {
    var plain = Files.createDirectories(temporary.resolve("plain"));
    assertThatThrownBy(() -> sources.snapshot(TREE, plain))
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("is not in a git repository");
    assertThatThrownBy(() -> sources.snapshot(TREE, plain.resolve("missing")))
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("is not a folder");
    git.run("clone", "-q", "--bare", ".", "../bare.git");
    assertThatThrownBy(() -> sources.snapshot(TREE, temporary.resolve("bare.git")))
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("bare repository");
  }

  @Test
  void aSubmoduleIsAnEmptyFolder() throws IOException {
    var other = Git.init(temporary.resolve("other"));
    other.write("inside", "x").commit("Other");
    git.run("submodule", "--quiet", "add", other.folder().toString(), "lib/other");
    git.commit("With a submodule");
    var out = checkOut();
    assertThat(out.resolve("lib/other")).isEmptyDirectory();
    assertThatThrownBy(() -> hash("lib/other"))
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("`lib/other` is a submodule");
  }

  @Test
  void aLinkThatLeadsOutIsRefused() throws IOException {
    var web = git.folder().resolve("web");
    Files.createSymbolicLink(web.resolve("root"), Path.of(".."));
    assertThat(Files.readSymbolicLink(checkOut().resolve("web/root"))).isEqualTo(Path.of(".."));
    for (var out : new String[] {"/etc/passwd", "../../x", "root/..", "./root/../..", "..//../x"}) {
      var link = Files.createSymbolicLink(web.resolve("evil"), Path.of(out));
      assertThatThrownBy(this::checkOut)
          .as(out)
          .isInstanceOf(FaultException.class)
          .hasMessageContaining("`web/evil` leads out of its folder");
      Files.delete(link);
    }
  }

  @Test
  void aSingleFileIsWrittenUnderItsName() throws IOException {
    assertThat(checkOut(hash("page")).resolve("seed.sql")).hasContent("hello");
  }

  @Test
  void whatIsGoneIsSaid() {
    assertThatThrownBy(() -> checkOut("0123456789012345678901234567890123456789"))
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("is gone");
  }

  @Test
  void aHashIsTheSameHoweverItsPathIsWritten() {
    var commit = snapshot().commit();
    assertThat(Stream.of("web", "./web", "web/", "./web/.").map(this::hash))
        .containsOnly(hash("web"));
    assertThat(Stream.of(".", "./", "").map(this::hash)).containsOnly(hash("."));
    assertThat(sources.hash(TREE, commit, "web/a b.txt")).isPresent();
    for (var missing : new String[] {"nope", "web/nope", "page/nope", "/", "/etc", "../web"}) {
      assertThat(sources.hash(TREE, commit, missing)).as(missing).isEmpty();
    }
  }

  @Test
  void aFolderIsNoFile() {
    var commit = snapshot().commit();
    assertThat(sources.folder(TREE, commit, "web")).contains(hash("web"));
    assertThat(sources.folder(TREE, commit, ".")).contains(hash("."));
    assertThat(sources.folder(TREE, commit, "nope")).isEmpty();
    assertThatThrownBy(() -> sources.folder(TREE, commit, "page"))
        .isInstanceOf(FaultException.class)
        .hasMessage("`page` is a file; a folder is needed here");
  }

  @Test
  void aTextIsReadUpToItsBound() {
    var commit = snapshot().commit();
    assertThat(sources.read(TREE, commit, "page", 5)).contains("hello");
    assertThat(sources.read(TREE, commit, "web", 5)).isEmpty();
    assertThat(sources.read(TREE, commit, "nope", 5)).isEmpty();
    assertThatThrownBy(() -> sources.read(TREE, commit, "page", 4))
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("`page` has 5 bytes; at most 4 are read");
  }
}
