package run.ephemeral.codehost.git;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.app.App;
import run.ephemeral.core.pullrequest.PullRequest;
import run.ephemeral.core.release.Mirror;
import run.ephemeral.core.spec.AppName;
import run.ephemeral.source.GitSources;
import run.ephemeral.testkit.Git;

/// A mirror that was damaged by a disk or a person. Only the numbers of the pull requests cannot be
/// fetched again, so the mirror is fetched again and the numbers are kept.
class DamagedMirrorsTest {
  @TempDir private Path temporary;
  private Git git = new Git(Path.of("."));
  private GitSources sources = new GitSources(Path.of("."));
  private GitCodeHost host = new GitCodeHost(sources);
  private Path mirror = Path.of(".");
  private List<PullRequest> before = List.of();

  @BeforeEach
  void aMirrorWithNumbersThatAreNotInOrder() throws IOException {
    git = Git.init(temporary.resolve("shop"));
    git.write("page", "hello").commit("First");
    git.branch("gone", "Gone");
    git.branch("z", "Z");
    begin();
    assertThat(host.look(app()).open()).hasSize(2);
    git.run("branch", "-D", "gone");
    git.branch("a", "A");
    before = host.look(app()).open();
    assertThat(before).extracting(PullRequest::number).doesNotContain(1).hasSize(2);
    mirror = temporary.resolve("mirrors/app-shop.git");
  }

  @AfterEach
  void end() {
    sources.close();
  }

  private void begin() {
    sources.close();
    sources = new GitSources(temporary.resolve("mirrors"));
    host = new GitCodeHost(sources);
  }

  private App app() {
    var source = git.folder().toString();
    return new App(new AppName("shop"), "shop", source, "", Instant.EPOCH, Optional.empty());
  }

  private Path config() {
    return mirror.resolve("config");
  }

  /// The damage is repaired at the next start, and also without a start.
  private interface Damage {
    void happen() throws IOException;
  }

  private void check(Damage damage) throws IOException {
    for (var started : List.of(true, false)) {
      damage.happen();
      if (started) {
        begin();
      }
      assertThat(host.look(app()).open()).isEqualTo(before);
      git.branch("new", "New");
      assertThat(host.look(app()).open()).hasSize(3).containsAll(before);
      git.run("branch", "-D", "new");
      assertThat(host.look(app()).open()).isEqualTo(before);
      var last = before.getLast().commit();
      assertThat(before.getLast().branch()).isEqualTo("a");
      assertThat(sources.read(Mirror.of(app().name()), last, "page", 9)).contains("hello");
      git.run("update-ref", "refs/heads/a", "main^{commit}", before.getLast().commit());
      assertThat(host.look(app()).open()).hasSize(1);
      git.run("update-ref", "refs/heads/a", before.getLast().commit());
      assertThat(host.look(app()).open()).isEqualTo(before);
    }
  }

  private void remove(String name) throws IOException {
    try (var files = Files.walk(mirror.resolve(name).normalize())) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Test
  void whatAKilledControlPlaneWasWritingIsDropped() throws IOException {
    sources.close();
    var left = new ArrayList<Path>();
    for (var name :
        List.of(
            "gc.pid",
            ".probe-1",
            "FETCH_HEAD.lock",
            "objects/incoming_123.pack",
            "objects/incoming_123.idx",
            "objects/insert_123.pack",
            "objects/noz123.tmp",
            "objects/pack/gc_123.pack_tmp",
            "objects/pack/.tmp-123.pack",
            "objects/pack/pack-123.keep",
            "objects/info/commit_123.graph_tmp",
            "refs/heads/x.lock")) {
      left.add(Files.createFile(mirror.resolve(name)));
    }
    begin();
    assertThat(host.look(app()).open()).isEqualTo(before);
    assertThat(left).allMatch(Files::notExists);
  }

  @Test
  void aMirrorThatWasBeingMadeIsMadeAnew() throws IOException {
    sources.close();
    remove(".");
    Files.createDirectories(mirror.resolve("objects"));
    Files.createFile(mirror.resolve("HEAD.lock"));
    begin();
    assertThat(host.look(app()).open()).hasSize(2);
  }

  @Test
  void aMirrorWithoutItsObjectsIsFilledAnew() throws IOException {
    check(
        () -> {
          try (var packs = Files.walk(mirror.resolve("objects"))) {
            for (var file : packs.filter(Files::isRegularFile).toList()) {
              Files.delete(file);
            }
          }
        });
    check(() -> remove("objects"));
  }

  @Test
  void aMirrorWithGarbageForObjectsIsFilledAnew() throws IOException {
    check(
        () -> {
          try (var packs = Files.walk(mirror.resolve("objects"))) {
            for (var file : packs.filter(Files::isRegularFile).toList()) {
              Files.delete(file);
              Files.writeString(file, "garbage");
            }
          }
        });
  }

  @Test
  void aMirrorThatLacksItsHeadOrItsRefsIsFilledAnew() throws IOException {
    check(() -> remove("HEAD"));
    check(() -> Files.writeString(mirror.resolve("HEAD"), "garbage"));
    check(() -> remove("refs"));
  }

  @Test
  void aMirrorWhoseRefsAreGarbageIsFilledAnew() throws IOException {
    check(() -> Files.writeString(mirror.resolve("packed-refs"), "garbage\n"));
    check(() -> Files.writeString(mirror.resolve("packed-refs"), "1".repeat(40) + " refs/x\n"));
    check(
        () -> {
          new Git(mirror).run("for-each-ref", "--format=%(refname)").lines().forEach(this::spoil);
        });
    check(
        () -> {
          var ref = new Git(mirror).run("for-each-ref", "--format=%(refname)").lines().toList();
          Files.createDirectories(mirror.resolve(ref.getFirst()).getParent());
          Files.writeString(mirror.resolve(ref.getFirst()), "2".repeat(40) + "\n");
        });
  }

  private void spoil(String ref) {
    try {
      Files.createDirectories(mirror.resolve(ref).getParent());
      Files.writeString(mirror.resolve(ref), "garbage of some length that is no name of an object");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whatCanBeReadOfADamagedConfigurationKeepsItsNumbers() throws IOException {
    check(() -> Files.writeString(config(), Files.readString(config()) + "\n[broken\nx = \"\n"));
    check(() -> Files.writeString(config(), "\u0000\u0001 garbage\n" + Files.readString(config())));
    check(
        () -> {
          var text = Files.readString(config()).replace("[core]", "[core\n\trepository = [");
          Files.write(config(), text.getBytes(ISO_8859_1));
        });
  }

  @Test
  void aConfigurationOfNothingButGarbageIsNumberedAnew() throws IOException {
    Files.writeString(config(), "[[[[ garbage");
    begin();
    assertThat(host.look(app()).open()).hasSize(2);
    remove("config");
    Files.createDirectory(config());
    begin();
    assertThat(host.look(app()).open()).hasSize(2);
  }

  @Test
  void anEntryOfGarbageAmongTheNumbersIsDropped() throws IOException {
    var garbage =
        """
        [ephemeralpull "x"]
        \tbranch = a
        [ephemeralpull "-4"]
        \tbranch = a
        [ephemeralpull "99999999999"]
        \tbranch = z
        [ephemeralpull "7"]
        [ephemeral]
        \tlastpull = many
        """;
    check(() -> Files.writeString(config(), Files.readString(config()) + garbage));
    assertThat(Files.readString(config())).doesNotContain("-4", "99999999999", "many");
  }

  /// An unreachable source is no damage to the mirror: nothing is dropped.
  @Test
  void aSourceThatIsAwayLeavesTheMirrorAsItIs() throws IOException {
    var packs = new Git(mirror).run("count-objects", "-v");
    var aside = temporary.resolve("aside");
    Files.move(git.folder(), aside);
    assertThatThrownBy(() -> host.look(app())).isInstanceOf(FaultException.class);
    assertThat(new Git(mirror).run("count-objects", "-v")).isEqualTo(packs);
    Files.move(aside, git.folder());
    assertThat(host.look(app()).open()).isEqualTo(before);
    assertThat(new Git(mirror).run("count-objects", "-v")).isEqualTo(packs);
  }
}
