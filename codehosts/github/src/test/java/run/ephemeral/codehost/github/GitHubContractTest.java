package run.ephemeral.codehost.github;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.codehost.rest.Rest;
import run.ephemeral.core.app.App;
import run.ephemeral.core.codehost.CodeHost;
import run.ephemeral.core.codehost.Sources;
import run.ephemeral.core.pullrequest.RepositoryName;
import run.ephemeral.core.spec.AppName;
import run.ephemeral.source.GitSources;
import run.ephemeral.testkit.CodeHostContract;
import run.ephemeral.testkit.github.GitHub;
import run.ephemeral.testkit.github.Repository;

@EnabledIf("run.ephemeral.testkit.github.GitHub#isThere")
class GitHubContractTest extends CodeHostContract {
  private static final String ADA = "ada";

  @TempDir private Path temporary;
  private Optional<GitHub> started = Optional.empty();
  private Optional<Repository> repository = Optional.empty();
  private GitSources sources = new GitSources(Path.of("."));

  @BeforeEach
  void begin() {
    sources = new GitSources(temporary.resolve("mirrors"));
    started = Optional.of(new GitHub(temporary.resolve("github")));
    repository = Optional.of(github().repository("shop"));
  }

  @AfterEach
  void end() {
    sources.close();
    github().close();
  }

  private GitHub github() {
    return started.orElseThrow();
  }

  private CodeHost host(String url) {
    var key = AppKey.of(GitHub.APP, github().pem());
    var clock = InstantSource.system();
    var api = new GitHubApi(url, Optional.of(key), Rest.client(), new Quota(clock), clock);
    return new GitHubCodeHost("github", api, new GitHubConversation(api), sources, Duration.ZERO);
  }

  private final Map<String, Integer> numbers = new HashMap<>();
  private final Map<String, CodeHost> hosts = new HashMap<>();

  /// Leads to the host of an app, as the control plane does.
  @Override
  protected CodeHost host() {
    return new CodeHost() {
      private CodeHost of(App app) {
        var url = app.source().replaceAll("/[^/]+/[^/]+$", "");
        return hosts.computeIfAbsent(url, GitHubContractTest.this::host);
      }

      @Override
      public Optional<Located> locate(String text) {
        return host(github().url()).locate(text);
      }

      @Override
      public Seen look(App app) {
        return of(app).look(app);
      }

      @Override
      public boolean changed(App app) {
        return of(app).changed(app);
      }

      @Override
      public void forget(App app) {
        of(app).forget(app);
      }
    };
  }

  @Override
  protected Sources sources() {
    return sources;
  }

  @Override
  protected People people() {
    return new People() {
      @Override
      public void commit(String branch, String file, String text) {
        repository.orElseThrow().commit(branch, file, text);
      }

      @Override
      public void open(String branch, String title) {
        numbers.put(branch, repository.orElseThrow().open(ADA, branch, title));
      }

      @Override
      public void close(String branch) {
        repository.orElseThrow().close(Objects.requireNonNull(numbers.get(branch)));
        repository.orElseThrow().deleteBranch(branch);
      }
    };
  }

  private static App app(String url, String path) {
    return new App(
        new AppName("shop"),
        "shop",
        new RepositoryName("github", path),
        url + "/" + path,
        "",
        Instant.EPOCH,
        Optional.empty(),
        Optional.empty());
  }

  @Override
  protected App app() {
    return app(github().url(), "acme/shop");
  }

  @Override
  protected App absent() {
    return app(github().url(), "acme/nothing");
  }

  @Override
  protected App unreachable() {
    return app("http://127.0.0.1:1", "acme/shop");
  }
}
