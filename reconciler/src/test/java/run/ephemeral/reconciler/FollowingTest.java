package run.ephemeral.reconciler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.codehost.git.GitCodeHost;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.KeyedLocks;
import run.ephemeral.core.app.App;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.environment.Environments;
import run.ephemeral.core.environment.Origin;
import run.ephemeral.core.environment.Phase;
import run.ephemeral.core.environment.Wanted;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.policy.Limits;
import run.ephemeral.core.pullrequest.Facts;
import run.ephemeral.core.pullrequest.Head;
import run.ephemeral.core.pullrequest.PullRequest;
import run.ephemeral.core.pullrequest.PullRequestRef;
import run.ephemeral.core.spec.AppName;
import run.ephemeral.core.spec.EngineKind;
import run.ephemeral.source.GitSources;
import run.ephemeral.specfile.YamlSpecReader;
import run.ephemeral.testkit.Git;

/// Starts and stops following a repository, on real git.
class FollowingTest {
  @TempDir private Path temporary;
  private final World world = new World();
  private final Set<EnvironmentId> stuck = ConcurrentHashMap.newKeySet();
  private final Environments environments = mostly();
  private Git git = new Git(Path.of("."));
  private GitSources sources = new GitSources(Path.of("."));
  private GitCodeHost host = new GitCodeHost(sources);
  private Optional<Followers> followers = Optional.empty();

  @BeforeEach
  void repository() {
    git = Git.init(temporary.resolve("shop"));
    git.write("ephemeral.yaml", "app: shop\nservices: { web: { run: ./run } }\n").commit("First");
    sources = new GitSources(temporary.resolve("mirrors"));
    host = new GitCodeHost(sources);
  }

  @AfterEach
  void close() {
    followers.ifPresent(Followers::close);
    sources.close();
    world.close();
  }

  /// The table of environments, in which changes of some rows fail.
  private Environments mostly() {
    return (Environments)
        Proxy.newProxyInstance(
            FollowingTest.class.getClassLoader(),
            new Class<?>[] {Environments.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("want") && stuck.contains(arguments[0])) {
                throw new FaultException(Fault.user("its row cannot be read"));
              }
              try {
                return method.invoke(world.environments, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private Following following() {
    var apps = world.store.apps();
    var releases =
        new Releases(sources, new YamlSpecReader(() -> Set.of(EngineKind.PROCESS)), Limits.DEFAULT);
    var room = new Room(world.environments, Limits.DEFAULT);
    var follower = world.follower(environments, host, releases);
    var all =
        followers.orElseGet(() -> new Followers(apps, host, follower, app -> Followers.Read.ALL));
    followers = Optional.of(all);
    return new Following(
        world.environments,
        apps,
        host,
        releases,
        all,
        new KeyedLocks<>(),
        room,
        world.approvals(),
        world.clock);
  }

  private App add() {
    return following().add(git.folder().toString(), Optional.empty(), Optional.empty());
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
    assertThatThrownBy(
            () -> following().add(other.folder().toString(), Optional.empty(), Optional.empty()))
        .isInstanceOf(Following.Taken.class)
        .hasMessageContaining("choose a name with --name");
    var named =
        following()
            .add(other.folder().toString(), Optional.of(new AppName("second")), Optional.empty());
    assertThat(named.name()).isEqualTo(new AppName("second"));
  }

  @Test
  void environmentsAreNamedAfterTheirRepositoryAndThoseOfTwoOfOneNameDiffer() throws Exception {
    add();
    var file = "app: other\nservices: { web: { run: ./run } }\n";
    var names = new ArrayList<String>();
    for (var folder : List.of("elsewhere/shop", "My_Shop.git", "elsewhere/git", "42", "c#/tool")) {
      var other = Git.init(temporary.resolve(folder));
      other.write("ephemeral.yaml", file).commit("First");
      other.branch("topic", "Topic");
      var named = new AppName("app-" + names.size());
      var app = following().add(other.folder().toString(), Optional.of(named), Optional.empty());
      names.add(following().pullRequests(app).getFirst().environment().orElseThrow().value());
    }
    assertThat(names.get(0)).matches("pr-shop-[0-9a-f]{6}-1");
    assertThat(names.subList(1, 3)).containsExactly("pr-my-shop-1", "pr-git-1");
    assertThat(names.get(3)).matches("pr-x-[0-9a-f]{10}-1");
    assertThat(names.get(4)).isEqualTo("pr-tool-1");
    for (var name : List.of("again", "and-again")) {
      var shop =
          following()
              .add(git.folder().toString(), Optional.of(new AppName(name)), Optional.empty());
      assertThat(shop.label()).matches("shop-[0-9a-f]{6}");
    }
  }

  private static PullRequest leadOf(Environment environment) {
    return ((Origin.OfPullRequests) environment.origin()).lead();
  }

  @Test
  void whatIsSaidAboutAPullRequestIsWrittenDownAndStartsNothing() throws Exception {
    git.branch("topic", "Topic");
    add();
    var one = world.environments.all().getFirst();
    world.settle();
    world.environments.want(one.id(), Wanted::asleep);
    var lead = leadOf(one);
    var facts = new Facts("Another title", lead.author(), Set.of("wip"), true);
    var head = new Head(lead.commit(), lead.branch(), Optional.of("main"));
    var before = new Origin.OfPullRequests(new PullRequest(lead.ref(), head, facts, lead.trust()));
    world.environments.want(one.id(), before, wanted -> wanted);
    world.settle();
    add();
    world.settle();
    var after = world.environments.find(one.id()).orElseThrow();
    assertThat(after.origin()).isEqualTo(one.origin());
    assertThat(after.wanted().round()).isEqualTo(one.wanted().round());
    assertThat(world.phase(one)).isEqualTo(Phase.ASLEEP);
  }

  @Test
  void aRowThatCannotBeChangedHoldsUpNoOther() throws Exception {
    git.branch("one", "One");
    var app = add();
    var one = world.environments.all().getFirst();
    stuck.add(one.id());
    git.run("checkout", "-q", "one");
    git.write("more", "more").commit("More");
    git.run("checkout", "-q", "main");
    git.branch("two", "Two");
    assertThat(add().problem()).contains("pull request 1: its row cannot be read");
    assertThat(following().pullRequests(app))
        .hasSize(2)
        .allMatch(standing -> standing.environment().isPresent());
    stuck.clear();
    assertThat(add().problem()).isEmpty();
    var after = world.environments.find(one.id()).orElseThrow();
    assertThat(leadOf(after)).isNotEqualTo(leadOf(one));
  }

  @Test
  void aRowThatCannotBeNotedOrRemovedHoldsUpNoOther() throws Exception {
    git.branch("noted", "Noted");
    git.branch("removed", "Removed");
    var app = add();
    var noted = environment("noted");
    var lead = leadOf(noted);
    var facts = new Facts("Another title", lead.author(), Set.of(), false);
    var before = new PullRequest(lead.ref(), lead.head(), facts, lead.trust());
    world.environments.want(noted.id(), new Origin.OfPullRequests(before), wanted -> wanted);
    git.run("branch", "-D", "removed");
    stuck.addAll(List.of(noted.id(), environment("removed").id()));
    git.branch("two", "Two");
    assertThat(add().problem().orElse(""))
        .matches("pull request [12]: its row cannot be read \\(and 1 more\\)");
    assertThat(following().pullRequests(app)).allMatch(it -> it.environment().isPresent());
    stuck.clear();
    assertThat(add().problem()).isEmpty();
    assertThat(leadOf(environment("noted")).title()).isEqualTo("Noted");
    assertThat(world.environments.all())
        .filteredOn(it -> leadOf(it).branch().equals("removed"))
        .allMatch(it -> it.wanted().removal().isPresent());
  }

  private Environment environment(String branch) {
    return world.environments.all().stream()
        .filter(known -> leadOf(known).branch().equals(branch))
        .findFirst()
        .orElseThrow();
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
    following().add(git.folder().toString(), Optional.empty(), Optional.empty());
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
    assertThatThrownBy(() -> following().add("nowhere", Optional.empty(), Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("neither a folder of this machine, nor the URL");
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
        .containsExactly(
            Optional.of("its environment was removed; `update` or the next push makes a new one"));
    following().readmit("pr-shop-1");
    assertThat(following().pullRequests(app))
        .extracting(Following.Standing::environment)
        .containsExactly(Optional.of(new EnvironmentName("pr-shop-1")));
  }
}
