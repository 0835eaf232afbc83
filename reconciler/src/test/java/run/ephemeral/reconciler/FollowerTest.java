package run.ephemeral.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.codehost.git.GitCodeHost;
import run.ephemeral.core.app.App;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.environment.Observed;
import run.ephemeral.core.environment.Origin;
import run.ephemeral.core.environment.Phase;
import run.ephemeral.core.environment.Power;
import run.ephemeral.core.environment.Wanted;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.policy.Limits;
import run.ephemeral.core.pullrequest.PullRequestRef;
import run.ephemeral.core.pullrequest.RepositoryName;
import run.ephemeral.core.release.Component;
import run.ephemeral.core.release.Components;
import run.ephemeral.core.release.Release;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.spec.EngineKind;
import run.ephemeral.source.GitSources;
import run.ephemeral.specfile.YamlSpecReader;
import run.ephemeral.testkit.Git;

/// With real git, the real spec reader and a real database; only the engine is a fake.
class FollowerTest {
  private static final String FILE =
      """
      app: shop
      services:
        web:
          path: web
          run: ./run
          env: { BRANCH: "${pr.branch}", TITLE: "${pr.title}", AUTHOR: "${pr.author}" }
      """;

  private static final int BRANCHES = 2000;

  @TempDir private Path temporary;
  private final World world = new World();
  private Git git = new Git(Path.of("."));
  private GitSources mirrors = new GitSources(Path.of("."));
  private GitCodeHost host = new GitCodeHost(mirrors);
  private CountedSources sources = new CountedSources(mirrors);

  @BeforeEach
  void follow() {
    git = Git.init(temporary.resolve("shop"));
    git.write("ephemeral.yaml", FILE).write("web/page", "hello").commit("First");
    mirrors = new GitSources(temporary.resolve("mirrors"));
    host = new GitCodeHost(mirrors);
    sources = new CountedSources(mirrors);
    var source = git.folder().toString();
    world
        .store
        .apps()
        .add(new App(Shop.APP, Shop.APP.value(), source, "", Instant.EPOCH, Optional.empty()));
  }

  @AfterEach
  void close() {
    mirrors.close();
    world.close();
  }

  private boolean look() {
    var releases =
        new Releases(sources, new YamlSpecReader(() -> Set.of(EngineKind.PROCESS)), Limits.DEFAULT);
    return world.follower(host, releases).look(Shop.APP) == Follower.Looked.COMPLETE;
  }

  @Test
  void aPushStartsAnewWhatGaveUpAndForgetsWhatFailed() throws InterruptedException {
    git.branch("topic", "Topic");
    look();
    var one = of("topic");
    world.settle();
    world.engine.crash(one.id(), new ComponentName("web"), "exited 1 after 0.1 s");
    var seen =
        Observed.of(
            Map.of(),
            world.engine.observe(one.key()),
            world.engine.data().observe(one.key()),
            List.of());
    var lease = world.claim().orElseThrow().lease();
    world.environments.record(lease, seen, one.attempts(), Optional.empty());
    world.environments.release(lease, Optional.empty(), true);
    git.run("checkout", "-q", "topic");
    git.write("README", "nothing that the service is made of").commit("Words");
    look();
    assertThat(of("topic").wanted().restarts()).containsEntry(new ComponentName("web"), 1);
    assertThat(of("topic").wanted().round()).isPositive();
  }

  @Test
  void oneThatChangesOnlyWhatIsLeftOutGetsNoneUntilItChangesMore() {
    git.run("checkout", "-q", "main");
    git.write("ephemeral.yaml", FILE + "start: { skip: { paths: [docs/*] } }\n").commit("Skip");
    git.run("checkout", "-q", "-b", "words");
    git.write("docs/more/words", "one").commit("Words");
    look();
    assertThat(world.environments.all()).noneMatch(one -> isOf(one, "words"));
    git.write("page", "two").commit("And more");
    look();
    assertThat(world.environments.all()).anyMatch(one -> isOf(one, "words"));
    git.run("checkout", "-q", "main");
  }

  private static boolean isOf(Environment environment, String branch) {
    return environment.wanted().release().orElseThrow().facts().containsValue(branch);
  }

  private String problem() {
    return world.store.apps().find(Shop.APP).orElseThrow().problem().orElse("");
  }

  private Environment tree(String name) {
    var tree = new Origin.OfWorkingTree("/tmp/shop", "main", "", "");
    var wanted = Wanted.nothingYet(Power.ON, world.clock.instant());
    return world
        .environments
        .create(new EnvironmentName(name), Shop.APP, tree, wanted)
        .orElseThrow();
  }

  private static PullRequestRef ref(int number) {
    return new PullRequestRef(RepositoryName.git(Shop.APP), number);
  }

  private Environment environment(int number) {
    return world.environments.find(EnvironmentName.of("shop", number)).orElseThrow();
  }

  private Environment of(String branch) {
    return world.store.apps().pullRequests(Shop.APP).stream()
        .filter(known -> known.branch().equals(branch))
        .map(known -> environment(known.number()))
        .findFirst()
        .orElseThrow();
  }

  private Release release(String branch) {
    return of(branch).wanted().release().orElseThrow();
  }

  private Component.Program program(String branch) {
    return Components.fitting(release(branch), EngineKind.PROCESS)
        .all(Component.Program.class)
        .getFirst();
  }

  private String fault(String branch) {
    return of(branch).wanted().fault().map(fault -> fault.message()).orElse("");
  }

  private void push(String branch, String path, String text) {
    git.run("checkout", "-q", branch);
    git.write(path, text).commit("More");
    git.run("checkout", "-q", "main");
  }

  @Test
  void namesOfStrangersAreVariablesAndNothingElse() throws InterruptedException {
    git.branch("good", "Good");
    var hostile = "a'b\"$(touch${IFS}x);`id`&|<>#%;=!\u009b🚀${pr.title}";
    git.branch(hostile, "$(id) '; DROP TABLE app; -- ${secret.X} \u001b[31m");
    assertThat(look()).isTrue();
    world.settle();
    assertThat(world.phase(of("good"))).isEqualTo(Phase.READY);
    assertThat(world.phase(of(hostile))).isEqualTo(Phase.READY);
    assertThat(of(hostile).name().value()).matches("pr-shop-[12]");
    var program = program(hostile);
    var plain = program("good");
    assertThat(program.run()).isEqualTo(plain.run()).isEqualTo("./run");
    assertThat(program.source()).isEqualTo(plain.source());
    assertThat(program.env().keySet()).isEqualTo(plain.env().keySet());
    assertThat(program.env())
        .containsEntry("BRANCH", hostile.replace("${", "$${"))
        .containsEntry("TITLE", "$(id) '; DROP TABLE app; -- $${secret.X}  [31m");
  }

  @Test
  void aFileThatIsBrokenIsSaidAndMendedByTheNextPush() throws InterruptedException {
    git.branch("good", "Good");
    git.branch("new", "New");
    push("new", "ephemeral.yaml", FILE + "\n  web: {}");
    git.branch("old", "Old");
    look();
    world.settle();
    assertThat(fault("new")).contains("ephemeral.yaml:8:3:", "`web` is here twice");
    assertThat(world.phase(of("new"))).isEqualTo(Phase.FAILING);
    var before = release("old");
    push("old", "ephemeral.yaml", "app: [shop");
    assertThat(look()).isTrue();
    world.settle();
    assertThat(fault("old")).contains("ephemeral.yaml:1:6:");
    assertThat(release("old")).isEqualTo(before);
    assertThat(of("good").wanted().fault()).isEmpty();
    assertThat(world.phase(of("good"))).isEqualTo(Phase.READY);
    push("old", "ephemeral.yaml", FILE);
    push("new", "ephemeral.yaml", FILE);
    look();
    world.settle();
    for (var branch : List.of("old", "new", "good")) {
      assertThat(fault(branch)).isEmpty();
      assertThat(world.phase(of(branch))).isEqualTo(Phase.READY);
    }
  }

  @Test
  void aSourceThatIsNoFolderOfTheRepositoryIsSaid() throws IOException {
    git.branch("good", "Good");
    git.branch("file", "File");
    push("file", "ephemeral.yaml", FILE.replace("path: web", "path: web/page"));
    git.branch("nowhere", "Nowhere");
    push("nowhere", "ephemeral.yaml", FILE.replace("path: web", "path: wep"));
    git.branch("link", "Link");
    git.run("checkout", "-q", "link");
    Files.createSymbolicLink(git.folder().resolve("etc"), Path.of("/etc"));
    git.run("checkout", "-q", "main");
    push("link", "ephemeral.yaml", FILE.replace("path: web", "path: etc"));
    git.branch("none", "None");
    git.run("checkout", "-q", "none");
    git.run("rm", "-q", "ephemeral.yaml");
    git.commit("Gone");
    git.run("checkout", "-q", "main");
    assertThat(look()).isTrue();
    assertThat(fault("file")).isEqualTo("`web/page` is a file; a folder is needed here");
    assertThat(fault("nowhere")).contains("speaks of `wep`, which commit", "does not have");
    assertThat(fault("link")).isEqualTo("`etc` is a symbolic link; name what it leads to");
    assertThat(fault("none")).contains("has no ephemeral.yaml; `ephemeral init` writes one");
    assertThat(fault("good")).isEmpty();
  }

  @Test
  void theFileOfTheDefaultBranchIsReadOnlyWhenSomebodyHasNone() {
    var main = git.head();
    var good = git.branch("good", "Good");
    look();
    assertThat(sources.read()).containsExactly(good);
    look();
    assertThat(sources.read()).isEmpty();
    git.branch("broken", "Broken");
    push("broken", "ephemeral.yaml", "app: [");
    git.branch("broken-too", "Broken too");
    push("broken-too", "ephemeral.yaml", "app: {");
    look();
    assertThat(sources.read()).hasSize(3).containsOnlyOnce(main);
  }

  @Test
  void whoseEnvironmentWasRemovedIsNotReadAndWaitsForNoRoom() {
    var gone = git.branch("gone", "Gone");
    world.store.apps().dismiss(Shop.APP, ref(1), gone);
    for (int i = 1; i <= Limits.DEFAULT.environments(); i++) {
      tree("tree-" + i);
    }
    assertThat(look()).isTrue();
    assertThat(problem()).isEmpty();
    assertThat(sources.read()).isEmpty();
    git.branch("waits", "Waits");
    assertThat(look()).isFalse();
    assertThat(problem()).contains("environments, which is the limit");
  }

  @Test
  void aCommitThatCannotBeReadLeavesTheOthersAloneAndIsReadLater() {
    git.branch("good", "Good");
    git.branch("bad", "Bad");
    look();
    var before = of("bad");
    push("bad", "web/page", "bad");
    push("good", "web/page", "good");
    sources.lose(Optional.of(git.run("rev-parse", "bad")));
    git.branch("new", "New");
    assertThat(look()).isFalse();
    assertThat(problem()).matches("pull request [12]: the disk is gone");
    assertThat(of("bad")).isEqualTo(before);
    assertThat(release("good").commit()).isEqualTo(git.run("rev-parse", "good"));
    assertThat(fault("new")).isEmpty();
    sources.lose(Optional.empty());
    assertThat(look()).isTrue();
    assertThat(problem()).isEmpty();
    assertThat(release("bad").commit()).isEqualTo(git.run("rev-parse", "bad"));
  }

  @Test
  void aCommitThatFailsInAWayNobodyThoughtOfLeavesTheOthersAlone() {
    git.branch("bad", "Bad");
    look();
    push("bad", "web/page", "bad");
    sources.spoil(git.run("rev-parse", "bad"));
    git.branch("new", "New");
    assertThat(look()).isFalse();
    assertThat(problem()).isEqualTo("pull request 1: it cannot be read, and server.log says why");
    assertThat(fault("new")).isEmpty();
    sources.spoil("");
    assertThat(look()).isTrue();
    assertThat(release("bad").commit()).isEqualTo(git.run("rev-parse", "bad"));
  }

  @Test
  void aRepositoryThatIsGoneLeavesItsEnvironmentsAloneUntilItIsBack() throws IOException {
    git.branch("good", "Good");
    look();
    var before = world.environments.all();
    var away = temporary.resolve("away");
    Files.move(git.folder(), away);
    assertThat(look()).isFalse();
    assertThat(problem()).contains("is no git repository");
    Files.createDirectories(git.folder());
    assertThat(look()).isFalse();
    Files.delete(git.folder());
    Files.move(away, git.folder());
    git.run("checkout", "-q", "--detach");
    git.run("branch", "-m", "main", "gone");
    assertThat(look()).isFalse();
    assertThat(problem()).contains("has no branch `main`");
    git.run("branch", "-m", "gone", "main");
    assertThat(look()).isTrue();
    assertThat(problem()).isEmpty();
    assertThat(world.environments.all()).isEqualTo(before);
  }

  @Test
  @Tag("long")
  void thousandsOfBranchesAreSeenAndAsManyRunAsThereIsRoomFor() throws IOException {
    var commands = new StringBuilder();
    for (int i = 0; i < BRANCHES; i++) {
      commands
          .append("commit refs/heads/many/%d\n".formatted(i))
          .append("committer Ada <ada@example.org> %d +0000\n".formatted(1_767_225_600 + i))
          .append("data 4\nMany\nfrom refs/heads/main\n\n");
    }
    var script = Files.writeString(temporary.resolve("script"), commands);
    git.run("-c", "alias.import=!git fast-import --quiet < " + script, "import");
    var room = Limits.DEFAULT.environments();
    assertThat(look()).isFalse();
    assertThat(world.store.apps().pullRequests(Shop.APP)).hasSize(BRANCHES);
    assertThat(world.environments.all()).hasSize(room);
    assertThat(problem()).contains("there are %d environments, which is the limit".formatted(room));
    sources.read();
    assertThat(look()).isFalse();
    assertThat(sources.read()).isEmpty();
    world.environments.remove(world.claim().orElseThrow().lease());
    assertThat(look()).isFalse();
    assertThat(world.environments.all()).hasSize(room);
  }

  @Test
  void aNameThatIsTakenIsSaid() {
    git.branch("one", "One");
    var other = tree(EnvironmentName.of("shop", 1).value());
    assertThat(look()).isFalse();
    assertThat(problem())
        .isEqualTo("pull request 1 waits: `pr-shop-1` is taken by another environment");
    assertThat(world.environments.all()).containsExactly(other);
    world.environments.want(other.id(), wanted -> wanted.removed("test"));
    assertThat(look()).isFalse();
    assertThat(problem())
        .isEqualTo(
            "pull request 1 waits until the `pr-shop-1` of before is gone, which is being removed");
  }

  @Test
  void aRewrittenHistoryIsAnotherCommitOfTheSameEnvironment() {
    git.branch("good", "Good");
    look();
    var before = of("good").id();
    git.run("checkout", "-q", "--orphan", "anew");
    git.commit("Anew");
    git.run("branch", "-f", "good", "anew");
    git.run("checkout", "-q", "main");
    git.run("branch", "-D", "anew");
    assertThat(look()).isTrue();
    assertThat(of("good").id()).isEqualTo(before);
    assertThat(release("good").commit()).isEqualTo(git.run("rev-parse", "good"));
  }
}
