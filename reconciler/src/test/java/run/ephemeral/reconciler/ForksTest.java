package run.ephemeral.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.codehost.git.GitCodeHost;
import run.ephemeral.core.app.App;
import run.ephemeral.core.codehost.CodeHost;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.policy.Limits;
import run.ephemeral.core.pullrequest.PullRequest;
import run.ephemeral.core.pullrequest.Trust;
import run.ephemeral.core.spec.EngineKind;
import run.ephemeral.source.GitSources;
import run.ephemeral.specfile.YamlSpecReader;
import run.ephemeral.testkit.Git;

/// Nothing of a commit of a fork is read or run before somebody approved that commit.
class ForksTest {
  private static final String FILE = "app: shop\nservices: { web: { run: ./run } }\n";

  @TempDir private Path temporary;
  private final World world = new World();
  private Git git = new Git(Path.of("."));
  private GitSources mirrors = new GitSources(Path.of("."));
  private GitCodeHost host = new GitCodeHost(mirrors);
  private CountedSources sources = new CountedSources(mirrors);
  private Trust trust = new Trust.Own();

  @BeforeEach
  void follow() {
    git = Git.init(temporary.resolve("shop"));
    git.write("ephemeral.yaml", FILE).commit("First");
    mirrors = new GitSources(temporary.resolve("mirrors"));
    host = new GitCodeHost(mirrors);
    sources = new CountedSources(mirrors);
    var app =
        new App(Shop.APP, "shop", git.folder().toString(), "", Instant.EPOCH, Optional.empty());
    world.store.apps().add(app);
  }

  @AfterEach
  void close() {
    mirrors.close();
    world.close();
  }

  /// Real git whose pull requests are as trusted as the test says.
  private final class Host implements CodeHost {
    @Override
    public Optional<Located> locate(String text) {
      return host.locate(text);
    }

    @Override
    public Seen look(App app) {
      var seen = host.look(app);
      var open =
          seen.open().stream()
              .map(known -> new PullRequest(known.ref(), known.head(), known.facts(), trust))
              .toList();
      return new Seen(seen.defaultBranch(), seen.defaultCommit(), open);
    }

    @Override
    public boolean changed(App app) {
      return host.changed(app);
    }

    @Override
    public void forget(App app) {
      host.forget(app);
    }
  }

  private void look() {
    var reader = new YamlSpecReader(() -> Set.of(EngineKind.PROCESS));
    new Follower(
            world.store.apps(),
            world.environments,
            world.events,
            new Host(),
            new Releases(sources, reader, Limits.DEFAULT),
            new Room(world.environments, Limits.DEFAULT),
            world.clock)
        .look(Shop.APP);
  }

  private String push(String text) {
    git.run("checkout", "-q", "topic");
    git.write("ephemeral.yaml", text).commit("More");
    git.run("checkout", "-q", "main");
    return git.run("rev-parse", "topic");
  }

  private String runs() {
    return world.environments.all().stream()
        .map(Environment::wanted)
        .map(wanted -> wanted.release().orElseThrow().commit())
        .findFirst()
        .orElse("nothing");
  }

  @Test
  void aForkThatNobodyApprovedIsNeitherReadNorRun() {
    git.branch("topic", "Topic");
    trust = new Trust.Fork("eve");
    look();
    assertThat(runs()).isEqualTo("nothing");
    assertThat(sources.read()).isEmpty();
  }

  @Test
  void aForkRunsAsFarAsItWasApproved() {
    var approved = git.branch("topic", "Topic");
    trust = new Trust.Approved("eve", approved, "ann");
    look();
    assertThat(runs()).isEqualTo(approved);
    sources.read();

    var newer = push(FILE + "start: { on: command }\n");
    look();
    assertThat(runs()).isEqualTo(approved);
    assertThat(sources.read()).doesNotContain(newer);

    trust = new Trust.Fork("eve");
    look();
    assertThat(runs()).isEqualTo(approved);
    assertThat(sources.read()).doesNotContain(newer);

    var newest = push(FILE);
    trust = new Trust.Approved("eve", newest, "ann");
    look();
    assertThat(runs()).isEqualTo(newest);
  }
}
