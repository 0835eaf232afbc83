package run.ephemeral.codehost.gitea;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import run.ephemeral.codehost.rest.Rest;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.codehost.CodeHost;
import run.ephemeral.core.codehost.CodeHostAccess;
import run.ephemeral.source.GitSources;

/// Connects to Giteas.
public final class GiteaAccess implements CodeHostAccess {
  /// Between two questions whether anything changed at a repository.
  private static final Duration PACE = Duration.ofSeconds(10);

  private final GitSources sources;
  private @Nullable HttpClient http;

  public GiteaAccess(GitSources sources) {
    this.sources = sources;
  }

  /// Made when it is needed first: it would delay the start of the control plane.
  private synchronized HttpClient http() {
    var known = http;
    if (known == null) {
      known = Rest.client();
      http = known;
    }
    return known;
  }

  @Override
  public Check check(String url, String token) {
    var api = new GiteaApi(url, token, http());
    var answer = api.get("/version");
    var version = answer.body().path("version").asText();
    if (answer.status() == 404 || (answer.status() == 200 && version.isEmpty())) {
      throw new FaultException(
          Fault.user(
              "there is no Gitea or Forgejo at %s; give the URL where its pages begin"
                  .formatted(url)));
    }
    api.found(answer);
    var user = api.found(api.get("/user")).body().path("login").asText();
    api.found(api.get("/user/repos?limit=1"));
    mayWrite(api, "/statuses/0");
    mayWrite(api, "/issues/comments/0/reactions");
    return new Check(user, version, List.of());
  }

  /// Gitea checks the scopes of a token before it looks for the repository. None is called `-`.
  private static void mayWrite(GiteaApi api, String path) {
    var answer = api.send("POST", "/repos/-/-" + path, Map.of());
    if (answer.status() != 404) {
      api.found(answer);
    }
  }

  @Override
  public CodeHost open(String name, String url, String token, Optional<Hook> hook) {
    var api = new GiteaApi(url, token, http());
    return new GiteaCodeHost(name, url, token, api, hook, sources, PACE);
  }
}
