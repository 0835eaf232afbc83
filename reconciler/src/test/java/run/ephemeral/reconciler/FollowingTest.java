package run.ephemeral.reconciler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.codehost.git.GitCodeHost;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.Turns;
import run.ephemeral.core.app.App;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.policy.Limits;
import run.ephemeral.core.pullrequest.PullRequestRef;
import run.ephemeral.core.spec.AppName;
import run.ephemeral.core.spec.EngineKind;
import run.ephemeral.specfile.YamlSpecReader;
import run.ephemeral.testkit.Git;

/// Beginning and ending to follow a repository, on real git.
class FollowingTest {
  @TempDir private Path temporary;
  private final World world = new World();
  private Git git = new Git(Path.of("."));
  private GitCodeHost host = new GitCodeHost(Path.of("."));
  private Optional<Followers> followers = Optional.empty();

  @BeforeEach
  void repository() {
    git = Git.init(temporary.resolve("shop"));
    git.write("ephemeral.yaml", "app: shop\nservices: { web: { run: ./run } }\n").commit("First");
    host = new GitCodeHost(temporary.resolve("mirrors"));
  }

  @AfterEach
  void close() {
    followers.ifPresent(Followers::close);
    host.close();
    world.close();
  }

  private Following following() {
    var apps = world.store.apps();
    var releases =
        new Releases(
            host.sources(), new YamlSpecReader(Set.of(EngineKind.PROCESS)), Limits.DEFAULT);
    var room = new Room(world.environments, Limits.DEFAULT);
    var follower =
        new Follower(apps, world.environments, world.events, host, releases, room, world.clock);
    var all = followers.orElseGet(() -> new Followers(apps, host, follower));
    followers = Optional.of(all);
    return new Following(
        world.environments, apps, host, releases, all, new Turns<>(), room, world.clock);
  }

  private App add() {
    return following().add(git.folder().toString(), Optional.empty());
  }

  private List<String> mirrors() throws Exception {
    try (var files = Files.list(temporary.resolve("mirrors"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void anAppIsCalledAsItsFileSaysAndItsPullRequestsGetEnvironments() throws Exception {
    git.branch("topic", "Topic");
    var app = add();
    assertThat(app.name()).isEqualTo(new AppName("shop"));
    assertThat(app.defaultBranch()).isEqualTo("main");
    assertThat(following().pullRequests(app))
        .extracting(Following.Standing::environment)
        .containsExactly(Optional.of(new EnvironmentName("pr-shop-1")));
    assertThat(add()).isEqualTo(app);
    assertThat(mirrors()).hasSize(1);
  }

  @Test
  void anotherRepositoryUnderTheSameNameIsRefused() {
    add();
    var other = Git.init(temporary.resolve("other"));
    other.write("ephemeral.yaml", "app: shop\nservices: { web: { run: ./run } }\n").commit("First");
    assertThatThrownBy(() -> following().add(other.folder().toString(), Optional.empty()))
        .isInstanceOf(Following.Taken.class)
        .hasMessageContaining("choose a name with --name");
    var named = following().add(other.folder().toString(), Optional.of(new AppName("second")));
    assertThat(named.name()).isEqualTo(new AppName("second"));
  }

  @Test
  void environmentsAreNamedAfterTheirRepositoryAndThoseOfTwoOfOneNameDiffer() throws Exception {
    add();
    var file = "app: other\nservices: { web: { run: ./run } }\n";
    var names = new ArrayList<String>();
    for (var folder : List.of("elsewhere/shop", "My_Shop.git", "elsewhere/other", "42")) {
      var other = Git.init(temporary.resolve(folder));
      other.write("ephemeral.yaml", file).commit("First");
      other.branch("topic", "Topic");
      var named = new AppName("app-" + names.size());
      var app = following().add(other.folder().toString(), Optional.of(named));
      names.add(following().pullRequests(app).getFirst().environment().orElseThrow().value());
    }
    assertThat(names.get(0)).matches("pr-shop-[0-9a-f]{6}-1");
    assertThat(names.subList(1, 3)).containsExactly("pr-my-shop-1", "pr-other-1");
    assertThat(names.get(3)).matches("pr-x-[0-9a-f]{10}-1");
  }

  @Test
  void whatIsNamedInAnotherWayKeepsItsName() throws Exception {
    git.branch("topic", "Topic");
    var app = add();
    var one = world.environments.all().getFirst();
    world.environments.want(one.id(), wanted -> wanted.removed("somebody destroyed it"));
    world.settle();
    var name = new EnvironmentName("pr-of-before-1");
    world.environments.create(name, app.name(), one.origin(), one.wanted());
    following().add(git.folder().toString(), Optional.empty());
    assertThat(following().pullRequests(app))
        .extracting(Following.Standing::environment)
        .containsExactly(Optional.of(name));
    assertThat(world.environments.all()).hasSize(1);
  }

  @Test
  void whatCannotBeFollowedLeavesNothing() throws Exception {
    git.write("ephemeral.yaml", "app: shop\n").commit("Nothing to run");
    assertThatThrownBy(this::add).isInstanceOf(FaultException.class);
    assertThat(mirrors()).isEmpty();
    assertThat(world.store.apps().all()).isEmpty();
    assertThatThrownBy(() -> following().add("nowhere", Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("neither a folder of this machine nor the URL");
  }

  @Test
  void endingItRemovesItsEnvironmentsAndItsMirror() throws Exception {
    git.branch("topic", "Topic");
    var app = add();
    following().remove(app);
    assertThat(world.store.apps().all()).isEmpty();
    assertThat(mirrors()).isEmpty();
    assertThat(world.environments.all())
        .isNotEmpty()
        .allMatch(environment -> environment.wanted().removal().isPresent());
  }

  @Test
  void whoHasNoEnvironmentIsToldWhyAndGetsOneAgainByAnUpdate() throws Exception {
    git.branch("topic", "Topic");
    var app = add();
    var one = world.environments.all().getFirst();
    world
        .store
        .apps()
        .dismiss(
            app.name(), new PullRequestRef(app.repository(), 1), git.run("rev-parse", "topic"));
    world.environments.want(one.id(), wanted -> wanted.removed("somebody destroyed it"));
    world.settle();
    assertThat(following().pullRequests(app))
        .extracting(Following.Standing::whyNone)
        .containsExactly(Optional.of("its environment was removed; the next push makes a new one"));
    following().readmit("pr-shop-1");
    assertThat(following().pullRequests(app))
        .extracting(Following.Standing::environment)
        .containsExactly(Optional.of(new EnvironmentName("pr-shop-1")));
  }
}
