package run.ephemeral.codehost.gitea;

import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.core.app.App;
import run.ephemeral.core.codehost.CodeHost;
import run.ephemeral.core.codehost.Sources;
import run.ephemeral.core.pullrequest.RepositoryName;
import run.ephemeral.core.spec.AppName;
import run.ephemeral.source.GitSources;
import run.ephemeral.testkit.CodeHostContract;
import run.ephemeral.testkit.Gitea;

@EnabledIf("run.ephemeral.testkit.Gitea#isUp")
class GiteaContractTest extends CodeHostContract {
  @TempDir private Path temporary;
  private final Gitea gitea = new Gitea();
  private final Gitea.Repository repository = gitea.repository("shop", true);
  private GitSources sources = new GitSources(Path.of("."));

  @BeforeEach
  void begin() {
    sources = new GitSources(temporary.resolve("mirrors"));
  }

  @AfterEach
  void end() {
    sources.close();
    gitea.close();
  }

  private final HttpClient http = HttpClient.newHttpClient();
  private final String token = gitea.token(Gitea.ADMIN);

  private CodeHost host(String url) {
    var api = new GiteaApi(url, token, http);
    return new GiteaCodeHost("gitea", url, token, api, Optional.empty(), sources, Duration.ZERO);
  }

  private final Map<String, Integer> numbers = new HashMap<>();
  private final Map<String, CodeHost> hosts = new HashMap<>();

  /// Leads to the host of an app, as the control plane does.
  @Override
  protected CodeHost host() {
    return new CodeHost() {
      private CodeHost of(App app) {
        var url = app.source().replaceAll("/[^/]+/[^/]+$", "");
        return hosts.computeIfAbsent(url, GiteaContractTest.this::host);
      }

      @Override
      public Optional<Located> locate(String text) {
        return host(Gitea.url()).locate(text);
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
        repository.commit(Gitea.ADMIN, branch, file, text);
      }

      @Override
      public void open(String branch, String title) {
        numbers.put(branch, repository.open(Gitea.ADMIN, branch, title));
      }

      @Override
      public void close(String branch) {
        repository.close(Objects.requireNonNull(numbers.get(branch)));
        repository.deleteBranch(branch);
      }
    };
  }

  private static App app(String url, String path) {
    return new App(
        new AppName("shop"),
        "shop",
        new RepositoryName("gitea", path),
        url + "/" + path,
        "",
        Instant.EPOCH,
        Optional.empty(),
        Optional.empty());
  }

  @Override
  protected App app() {
    return app(Gitea.url(), repository.path());
  }

  @Override
  protected App absent() {
    return app(Gitea.url(), "acme/nothing");
  }

  @Override
  protected App unreachable() {
    return app("http://127.0.0.1:1", "acme/shop");
  }
}
