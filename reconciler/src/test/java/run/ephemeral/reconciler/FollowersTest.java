package run.ephemeral.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.codehost.git.GitCodeHost;
import run.ephemeral.core.app.App;
import run.ephemeral.core.codehost.CodeHost;
import run.ephemeral.core.environment.Origin;
import run.ephemeral.core.environment.Power;
import run.ephemeral.core.environment.Wanted;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.policy.Limits;
import run.ephemeral.core.spec.AppName;
import run.ephemeral.core.spec.EngineKind;
import run.ephemeral.source.GitSources;
import run.ephemeral.specfile.YamlSpecReader;
import run.ephemeral.testkit.Eventually;
import run.ephemeral.testkit.Git;

/// Whatever keeps an app from being followed is shown in the list of apps.
class FollowersTest {
  @TempDir private Path temporary;
  private final World world = new World();
  private Git git = new Git(Path.of("."));
  private GitSources sources = new GitSources(Path.of("."));
  private GitCodeHost real = new GitCodeHost(sources);
  private BrittleHost host = new BrittleHost(real);
  private Optional<Followers> followers = Optional.empty();

  /// Real git that can be made to throw unexpected exceptions.
  private static final class BrittleHost implements CodeHost {
    private final CodeHost real;
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicInteger questions = new AtomicInteger();
    private volatile boolean failing;
    private volatile boolean deaf;

    BrittleHost(CodeHost real) {
      this.real = real;
    }

    private void fail(boolean now) {
      if (now) {
        failures.incrementAndGet();
        throw new IllegalStateException("nobody thought of this");
      }
    }

    @Override
    public Optional<Located> locate(String text) {
      return real.locate(text);
    }

    @Override
    public Seen look(App app) {
      fail(failing);
      return real.look(app);
    }

    @Override
    public boolean changed(App app) {
      questions.incrementAndGet();
      fail(deaf);
      return real.changed(app);
    }

    @Override
    public void forget(App app) {
      real.forget(app);
    }
  }

  @BeforeEach
  void follow() {
    git = Git.init(temporary.resolve("shop"));
    git.write("ephemeral.yaml", "app: shop\nservices: { web: { run: ./run } }\n").commit("First");
    sources = new GitSources(temporary.resolve("mirrors"));
    real = new GitCodeHost(sources);
    host = new BrittleHost(real);
    add(Shop.APP, git);
    var releases =
        new Releases(sources, new YamlSpecReader(() -> Set.of(EngineKind.PROCESS)), Limits.DEFAULT);
    var follower = world.follower(host, releases);
    followers = Optional.of(new Followers(world.store.apps(), host, follower, this::readComments));
  }

  private final AtomicInteger commentsRead = new AtomicInteger();
  private final AtomicInteger failsAt = new AtomicInteger();
  private final AtomicBoolean alwaysFails = new AtomicBoolean();

  private void add(AppName name, Git source) {
    var text = source.folder().toString();
    world.store.apps().add(new App(name, name.value(), text, "", Instant.EPOCH, Optional.empty()));
  }

  @AfterEach
  void close() {
    followers.ifPresent(Followers::close);
    sources.close();
    world.close();
  }

  private Optional<String> problem() {
    return world.store.apps().find(Shop.APP).orElseThrow().problem();
  }

  private Followers.Read readComments(AppName app) {
    var isFailing = commentsRead.incrementAndGet() == failsAt.get() || alwaysFails.get();
    return isFailing ? Followers.Read.FAILED : Followers.Read.ALL;
  }

  /// Failures delay only their repetition.
  @Test
  void commentsAreReadAtOnceAfterALookThoughReadingFailedOften() {
    var all = followers.orElseThrow();
    alwaysFails.set(true);
    all.follow(Shop.APP);
    Eventually.eventually("it failed often", () -> commentsRead.get() >= 4);
    alwaysFails.set(false);
    var before = commentsRead.get();
    all.look(Shop.APP);
    Eventually.eventually("they are read", () -> commentsRead.get() > before);
  }

  @Test
  void commentsAreReadAfterAnyLookAndAgainUntilAllIsDone() {
    var all = followers.orElseThrow();
    failsAt.set(1);
    all.follow(Shop.APP);
    Eventually.eventually("they are read again", () -> commentsRead.get() == 2);
    // By the API, so that the host then reports no change to the app's own thread.
    all.look(Shop.APP);
    Eventually.eventually("they are read once more", () -> commentsRead.get() == 3);
    all.nudge(Shop.APP);
    Eventually.eventually("they are read after a nudge", () -> commentsRead.get() == 4);
  }

  private void isTold() {
    Eventually.eventually(
        "the problem is told", () -> problem().filter(it -> it.contains("again soon")).isPresent());
    assertThat(problem().orElse("")).doesNotContain("nobody thought of this", "Exception");
  }

  private void isFollowed(String branch) {
    git.branch(branch, branch);
    Eventually.eventually(
        branch + " has an environment",
        () ->
            world.store.apps().pullRequests(Shop.APP).stream()
                .filter(known -> known.branch().equals(branch))
                .anyMatch(
                    known ->
                        world
                            .environments
                            .find(EnvironmentName.of("shop", known.number()))
                            .isPresent()));
    Eventually.eventually("no problem is told", () -> problem().isEmpty());
  }

  @Test
  void aFailureThatNobodyThoughtOfIsToldUntilALookSucceeds() {
    followers.orElseThrow().start();
    isFollowed("one");
    host.failing = true;
    git.branch("two", "Two");
    isTold();
    var now = host.failures.get();
    Eventually.eventually("it is tried again", () -> host.failures.get() > now + 1);
    isTold();
    host.failing = false;
    isFollowed("three");
  }

  @Test
  void aQuestionThatFailsIsToldToo() {
    followers.orElseThrow().start();
    isFollowed("one");
    host.deaf = true;
    Eventually.eventually("it is asked", () -> host.failures.get() > 0);
    Eventually.eventually("it is told", () -> host.failures.get() > 1 && problem().isPresent());
    host.deaf = false;
    isFollowed("two");
  }

  @Test
  void whatOnePullRequestWaitsForHoldsUpNoPush() {
    var tree = new Origin.OfWorkingTree("/x", "", "", "");
    var wanted = Wanted.nothingYet(Power.ON, Instant.EPOCH);
    world.environments.create(EnvironmentName.of("shop", 1), Shop.APP, tree, wanted);
    git.branch("one", "One");
    followers.orElseThrow().start();
    Eventually.eventually("it waits", () -> problem().isPresent());
    var before = host.questions.get();
    Eventually.eventually("news are asked for", () -> host.questions.get() > before + 3);
    assertThat(problem()).isPresent();
  }

  @Test
  void aStartThatFailsIsTold() {
    host.failing = true;
    followers.orElseThrow().start();
    isTold();
    host.failing = false;
    isFollowed("one");
  }
}
