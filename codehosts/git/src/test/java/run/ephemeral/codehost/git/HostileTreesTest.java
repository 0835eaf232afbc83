package run.ephemeral.codehost.git;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.app.App;
import run.ephemeral.core.release.Mirror;
import run.ephemeral.core.spec.AppName;
import run.ephemeral.source.GitSources;
import run.ephemeral.testkit.Git;

/// Trees that git itself would hardly create, or that lead elsewhere: nothing is read or written
/// outside, and what cannot be checked out is reported.
class HostileTreesTest {
  private static final Mirror SHOP = Mirror.of(new AppName("shop"));

  @TempDir private Path temporary;
  private Git git = new Git(Path.of("."));
  private GitSources sources = new GitSources(Path.of("."));
  private GitCodeHost host = new GitCodeHost(sources);

  @BeforeEach
  void repository() throws IOException {
    git = Git.init(temporary.resolve("shop"));
    git.write("page", "hello").commit("First");
    sources = new GitSources(temporary.resolve("mirrors"));
    host = new GitCodeHost(sources);
    Files.writeString(temporary.resolve("secret"), "secret");
  }

  @AfterEach
  void close() {
    sources.close();
  }

  /// One entry of a tree; its name is any bytes but NUL.
  private record Entry(String mode, String name, String hash) {}

  private Entry file(String name) {
    return new Entry("100644", name, git.run("rev-parse", "main:page"));
  }

  private Entry link(String name, String target) throws IOException {
    return new Entry("120000", name, object("blob", target.getBytes(ISO_8859_1)));
  }

  private String object(String type, byte[] content) throws IOException {
    var file = Files.write(temporary.resolve("object"), content);
    return git.run("hash-object", "-w", "--literally", "-t", type, file.toString());
  }

  private String tree(Entry... entries) throws IOException {
    var tree = new ByteArrayOutputStream();
    for (var entry : entries) {
      tree.writeBytes((entry.mode() + " " + entry.name() + "\0").getBytes(ISO_8859_1));
      tree.writeBytes(HexFormat.of().parseHex(entry.hash()));
    }
    return object("tree", tree.toByteArray());
  }

  private Entry folder(String name, Entry... entries) throws IOException {
    return new Entry("40000", name, tree(entries));
  }

  /// A commit of these entries, fetched.
  private String commit(Entry... entries) throws IOException {
    var commit = git.run("commit-tree", "-m", "Hostile", "-p", "main", tree(entries));
    git.run("update-ref", "refs/heads/hostile", commit);
    host.look(
        new App(
            new AppName("shop"),
            "shop",
            git.folder().toString(),
            "",
            Instant.EPOCH,
            Optional.empty()));
    return commit;
  }

  private Path checkOut(String hash) throws IOException {
    var into = Files.createTempDirectory(temporary, "out-");
    sources.checkOut(SHOP, hash, "seed.sql", into);
    return into;
  }

  private List<String> files(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      return files
          .filter(file -> !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS))
          .map(file -> folder.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  /// A tree with these entries cannot be checked out, and nothing is written outside its folder.
  private void check(String expected, Entry... entries) throws IOException {
    var hash = commit(folder("web", entries));
    assertThatThrownBy(() -> checkOut(sources.hash(SHOP, hash, ".").orElseThrow()))
        .isInstanceOfSatisfying(
            FaultException.class, e -> assertThat(e.fault().kind()).isEqualTo(Fault.Kind.USER))
        .hasMessageContaining(expected);
    assertThat(temporary.resolve("secret")).hasContent("secret");
    try (var there = Files.list(temporary)) {
      assertThat(there.map(file -> file.getFileName().toString()))
          .allMatch(name -> name.matches("shop|mirrors|object|secret|out-.*"));
    }
  }

  @Test
  void namesThatGitNeverGivesAreRefused() throws IOException {
    check("git allows no file called `web/..`", file(".."));
    check("git allows no file called `web/.`", file("."));
    check("git allows no file called `web/`", file(""));
    check("git allows no file called `web/../secret`", file("../secret"));
    check("git allows no file called `web/a/b`", file("a/b"));
    check("git allows no file called `web//etc/x`", file("/etc/x"));
    check("git allows no file called `web/..`", folder("..", folder("..", file("secret"))));
    check("git allows no file called `web/.git`", folder(".git", file("config")));
    check("git allows no file called `web/.GIT`", folder(".GIT", file("config")));
    check("git allows no file called `web/.git`", link(".git", "page"));
    var top = commit(file(""));
    assertThatThrownBy(() -> sources.hash(SHOP, top, "."))
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("git allows no file called ``");
  }

  @Test
  void nothingIsWrittenThroughALink() throws IOException {
    check("two files called `web/a`", link("a", "."), folder("a", file("secret")));
    check("two files called `web/a`", folder("a", file("x")), link("a", "."));
    check("two files called `web/a`", link("a", "b"), file("a"));
    check("leads out of its folder", link("a", "../.."), folder("a", file("secret")));
    check("leads out of its folder", link("a", temporary.resolve("secret").toString()));
    check("cannot be used here", link("a", "x\0y"));
  }

  @Test
  void theSameNameInTwoEncodingsIsSaid() throws IOException {
    check("two files called `web/café`", file("caf\u00e9"), file("caf\u00c3\u00a9"));
  }

  @Test
  void everyOtherNameIsAFile() throws IOException {
    var names = List.of("$(touch x)`'\"", "-rf", "A", "a", "a\nb", "con", "\u001b[31m");
    var commit = commit(names.stream().map(this::file).toArray(Entry[]::new));
    var out = checkOut(sources.hash(SHOP, commit, ".").orElseThrow());
    assertThat(files(out)).containsExactlyInAnyOrderElementsOf(names);
    var latin = commit(file("caf\u00e9"));
    assertThat(files(checkOut(sources.hash(SHOP, latin, ".").orElseThrow())))
        .containsExactly("café");
  }

  @Test
  void aLinkOrSubmoduleIsNotTakenForWhatItStandsFor() throws IOException {
    var commit =
        commit(
            link("ephemeral.yaml", "/etc/passwd"),
            link("seed.sql", temporary.resolve("secret").toString()),
            new Entry("160000", "sub", git.head()),
            folder("web", link("out", "../../secret")));
    for (var path : List.of("ephemeral.yaml", "seed.sql")) {
      assertThatThrownBy(() -> sources.hash(SHOP, commit, path))
          .isInstanceOf(FaultException.class)
          .hasMessage("`%s` is a symbolic link; name what it leads to".formatted(path));
    }
    assertThatThrownBy(() -> sources.read(SHOP, commit, "ephemeral.yaml", 100))
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("is a symbolic link");
    assertThatThrownBy(() -> sources.hash(SHOP, commit, "sub"))
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("`sub` is a submodule");
    assertThat(sources.hash(SHOP, commit, "seed.sql/x")).isEmpty();
    assertThat(sources.hash(SHOP, commit, "sub/x")).isEmpty();
    assertThatThrownBy(() -> checkOut(sources.hash(SHOP, commit, "web").orElseThrow()))
        .hasMessageContaining("`out` leads out of its folder");
  }

  @Test
  void aTextIsInUtf8() throws IOException {
    for (var bytes : List.of("caf\u00e9".getBytes(ISO_8859_1), "\ufeffapp".getBytes(UTF_16LE))) {
      var commit = commit(new Entry("100644", "ephemeral.yaml", object("blob", bytes)));
      assertThatThrownBy(() -> sources.read(SHOP, commit, "ephemeral.yaml", 100))
          .isInstanceOf(FaultException.class)
          .hasMessage("`ephemeral.yaml` is not text in UTF-8; save it as that");
    }
  }
}
