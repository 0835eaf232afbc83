package run.ephemeral.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.codehost.git.GitCodeHost;
import run.ephemeral.core.app.App;
import run.ephemeral.core.codehost.CodeHost;
import run.ephemeral.core.policy.Limits;
import run.ephemeral.core.pullrequest.Facts;
import run.ephemeral.core.pullrequest.Head;
import run.ephemeral.core.pullrequest.PullRequest;
import run.ephemeral.core.pullrequest.PullRequestRef;
import run.ephemeral.core.pullrequest.Trust;
import run.ephemeral.core.spec.EngineKind;
import run.ephemeral.source.GitSources;
import run.ephemeral.specfile.YamlSpecReader;
import run.ephemeral.testkit.Git;

/// Random histories of pull requests, of which the control plane is told never, late or several
/// times: one look later everything is as the host says, with one comment at each.
class HistoriesTest {
  private static final int COMMITS = 4;
  private static final int NUMBERS = 4;
  private static final int EVENTS = 12;
  private static final String FILE =
      "app: shop\nservices: { web: { run: ./run } }\nstart: { skip: { labels: [wip] } }\n";

  @TempDir private Path temporary;
  private final World world = new World();
  private final List<String> commits = new ArrayList<>();
  private final Map<Integer, PullRequest> open = new TreeMap<>();
  private GitSources sources = new GitSources(Path.of("."));
  private GitCodeHost git = new GitCodeHost(sources);
  private Optional<Follower> follower = Optional.empty();

  /// Fetches real commits, and has the pull requests of this test.
  private final class Host implements CodeHost {
    @Override
    public Optional<Located> locate(String text) {
      return Optional.empty();
    }

    @Override
    public Seen look(App app) {
      var seen = git.look(app);
      return new Seen(seen.defaultBranch(), seen.defaultCommit(), List.copyOf(open.values()));
    }

    @Override
    public boolean changed(App app) {
      return true;
    }

    @Override
    public void forget(App app) {}
  }

  @BeforeEach
  void follow() {
    var repository = Git.init(temporary.resolve("shop"));
    repository.write("ephemeral.yaml", FILE).commit("First");
    for (int i = 0; i < COMMITS; i++) {
      repository.run("checkout", "-q", "-b", "branch-" + i, "main");
      commits.add(repository.write("page", "version " + i).commit("Version " + i));
    }
    sources = new GitSources(temporary.resolve("mirrors"));
    git = new GitCodeHost(sources);
    TalkingHost.follow(world.store, repository.folder().toString(), Instant.EPOCH);
    var releases =
        new Releases(sources, new YamlSpecReader(() -> Set.of(EngineKind.PROCESS)), Limits.DEFAULT);
    follower = Optional.of(world.follower(new Host(), releases));
  }

  @AfterEach
  void close() {
    sources.close();
    world.close();
  }

  @Test
  void someHistoriesEndAsTheHostSays() throws InterruptedException {
    check(20);
  }

  @Test
  @Tag("long")
  void manyHistoriesEndAsTheHostSays() throws InterruptedException {
    check(1000);
  }

  private void check(int histories) throws InterruptedException {
    for (int seed = 0; seed < histories; seed++) {
      var random = new Random(seed);
      for (int i = 0; i < EVENTS; i++) {
        happen(random);
        // One in ten is never told of; some are told of twice, or before the environments settled.
        for (int told = random.nextInt(10) == 0 ? 0 : 1 + random.nextInt(2); told > 0; told--) {
          look();
          if (random.nextBoolean()) {
            world.settle();
          }
        }
      }
      look();
      world.settle();
      // What was closed and opened again is made once the one before is gone.
      look();
      world.settle();
      checkEnd("history " + seed);
    }
  }

  private void look() {
    follower.orElseThrow().look(Shop.APP);
  }

  private void happen(Random random) {
    var number = 1 + random.nextInt(NUMBERS);
    var known = open.get(number);
    var commit = commits.get(random.nextInt(COMMITS));
    if (known == null) {
      open.put(number, of(number, commit, "Title", Set.of()));
      return;
    }
    switch (random.nextInt(4)) {
      case 0 -> open.remove(number);
      case 1 -> open.put(number, of(number, commit, known.title(), known.facts().labels()));
      case 2 ->
          open.put(
              number,
              of(number, known.commit(), "Title " + random.nextInt(), known.facts().labels()));
      default -> {
        var labels = known.facts().labels().isEmpty() ? Set.of("wip") : Set.<String>of();
        open.put(number, of(number, known.commit(), known.title(), labels));
      }
    }
  }

  private static PullRequest of(int number, String commit, String title, Set<String> labels) {
    return new PullRequest(
        new PullRequestRef(TalkingHost.REPOSITORY, number),
        new Head(commit, "topic-" + number, Optional.of("main")),
        new Facts(title, "ann", labels, false),
        new Trust.Own());
  }

  private void checkEnd(String history) throws InterruptedException {
    var expected = new TreeMap<String, String>();
    for (var each : open.values()) {
      if (each.facts().labels().isEmpty()) {
        expected.put("pr-shop-" + each.number(), each.commit());
      }
    }
    var actual = new TreeMap<String, String>();
    for (var each : world.environments.all()) {
      actual.put(each.name().value(), each.wanted().release().orElseThrow().commit());
    }
    assertThat(actual).as(history).isEqualTo(expected);
    for (int number = 1; number <= NUMBERS; number++) {
      var comments = world.conversation.seen(new PullRequestRef(TalkingHost.REPOSITORY, number));
      var state = expected.containsKey("pr-shop-" + number) ? "is ready" : "was removed";
      assertThat(comments).as(history).hasSizeLessThanOrEqualTo(1);
      assertThat(comments).as(history).allMatch(text -> text.contains(state));
      assertThat(comments.isEmpty() && state.equals("is ready")).as(history).isFalse();
    }
    var requests = world.conversation.requests();
    look();
    world.settle();
    assertThat(world.conversation.requests()).as(history + ", at rest").isEqualTo(requests);
  }
}
