package run.ephemeral.codehost.github;

import java.net.http.HttpClient;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import run.ephemeral.codehost.rest.Pages;
import run.ephemeral.codehost.rest.Rest;
import run.ephemeral.codehost.rest.Rest.Answer;
import run.ephemeral.codehost.rest.TooLarge;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.OneLine;
import run.ephemeral.core.pullrequest.RepositoryName;

/// Asks a GitHub as a GitHub App: about the App with its key, about a repository with a token of
/// the installation there, which may do nothing elsewhere.
final class GitHubApi {
  private static final String PUBLIC = "https://github.com";
  private static final Pattern RESIDENT = Pattern.compile("https://[a-z0-9-]+\\.ghe\\.com");

  /// Under which requests about the App itself are counted.
  private static final String OF_THE_APP = "the GitHub App";

  private static final int PER_PAGE = 100;

  /// A token is valid for an hour.
  private static final Duration BEFORE_ITS_END = Duration.ofMinutes(5);

  private static final Set<String> FIELDS =
      Set.of(
          "account",
          "app",
          "archived",
          "base",
          "check_runs",
          "checks",
          "conclusion",
          "commit",
          "commit_id",
          "contents",
          "created_at",
          "default_branch",
          "deployments",
          "draft",
          "events",
          "expires_at",
          "head",
          "html_url",
          "id",
          "issues",
          "labels",
          "login",
          "message",
          "metadata",
          "merge_queues",
          "name",
          "object",
          "number",
          "owner",
          "pem",
          "performed_via_github_app",
          "permission",
          "permissions",
          "pull_requests",
          "ref",
          "repo",
          "sha",
          "slug",
          "state",
          "status",
          "submitted_at",
          "status_code",
          "suspended_at",
          "title",
          "token",
          "updated_at",
          "user",
          "webhook_secret");

  private final String url;
  private final Optional<AppKey> key;
  private final Rest rest;
  private final InstantSource clock;
  private final Quota quota;
  private final Map<RepositoryName, Token> tokens = new ConcurrentHashMap<>();

  private record Token(String text, Instant end) {
    @Override
    public String toString() {
      return "Token[until %s]".formatted(end);
    }
  }

  /// @param url where its pages begin, without a slash at the end
  /// @param key of the App; empty before there is one
  /// @param quota of this host
  GitHubApi(String url, Optional<AppKey> key, HttpClient http, Quota quota, InstantSource clock) {
    this.url = url;
    this.key = key;
    this.clock = clock;
    rest = new Rest(url, base(url), "GitHub", FIELDS, http);
    this.quota = quota;
  }

  /// GitHub Enterprise Server has its API below its pages; with data residency it has a host of its
  /// own, as that of GitHub itself.
  private static String base(String url) {
    return url.equals(PUBLIC) || RESIDENT.matcher(url).matches()
        ? url.replace("https://", "https://api.")
        : url + "/api/v3";
  }

  /// Who issues tokens to the jobs of GitHub Actions.
  static String issuer(String url) {
    return url.equals(PUBLIC)
        ? "https://token.actions.githubusercontent.com"
        : RESIDENT.matcher(url).matches()
            ? url.replace("https://", "https://token.actions.")
            : url + "/_services/token";
  }

  /// The id of the App.
  long app() {
    return key.map(AppKey::app).orElse(0L);
  }

  String url() {
    return url;
  }

  /// Asks about the App itself.
  Answer asApp(String method, String path, Optional<Map<String, ?>> body) {
    quota.take(OF_THE_APP, false);
    var login = key.map(known -> known.token(clock.instant()));
    try {
      var answer = rest.ask(question(method, path, login, Optional.empty(), body));
      quota.note(OF_THE_APP, answer);
      return answer;
    } catch (TooLarge e) {
      throw rest.away(TooLarge.WHAT, e);
    }
  }

  /// @param path below the repository
  Answer get(RepositoryName repository, String path) {
    return get(repository, path, Optional.empty());
  }

  /// @param tag of an earlier answer; the answer has the status 304 when it is still the same
  Answer get(RepositoryName repository, String path, Optional<String> tag) {
    return ask(repository, "GET", path, tag, Optional.empty());
  }

  /// @param method such as `POST`
  Answer send(RepositoryName repository, String method, String path, Map<String, ?> body) {
    return ask(
        repository,
        method,
        path,
        Optional.empty(),
        body.isEmpty() ? Optional.empty() : Optional.<Map<String, ?>>of(body));
  }

  private Answer ask(
      RepositoryName repository,
      String method,
      String path,
      Optional<String> tag,
      Optional<Map<String, ?>> body) {
    try {
      return tryAsk(repository, method, path, tag, body);
    } catch (TooLarge e) {
      throw rest.away(TooLarge.WHAT, e);
    }
  }

  /// A token that was revoked is replaced once.
  private Answer tryAsk(
      RepositoryName repository,
      String method,
      String path,
      Optional<String> tag,
      Optional<Map<String, ?>> body)
      throws TooLarge {
    var account = account(repository);
    quota.take(account, !method.equals("GET"));
    var known = token(repository);
    var all = "/repos/" + repository.path() + path;
    var answer = rest.ask(question(method, all, Optional.of(known), tag, body));
    if (answer.status() == 401) {
      tokens.remove(repository);
      var login = Optional.of(token(repository));
      answer = rest.ask(question(method, all, login, tag, body));
    }
    quota.note(account, answer);
    return answer;
  }

  private static String account(RepositoryName repository) {
    return repository.path().replaceAll("/.*", "");
  }

  private static Rest.Question question(
      String method,
      String path,
      Optional<String> login,
      Optional<String> tag,
      Optional<Map<String, ?>> body) {
    var headers = new HashMap<String, String>();
    headers.put("Accept", "application/vnd.github+json");
    headers.put("X-GitHub-Api-Version", "2022-11-28");
    headers.put("User-Agent", "ephemeral.run");
    login.ifPresent(token -> headers.put("Authorization", "Bearer " + token));
    tag.ifPresent(text -> headers.put("If-None-Match", text));
    return new Rest.Question(method, path, headers, body);
  }

  /// The items of all pages.
  Pages pages(RepositoryName repository) {
    return new Pages(
        rest,
        PER_PAGE,
        (path, perPage, number) -> {
          var query = "%s&per_page=%d&page=%d".formatted(path, perPage, number);
          return found(tryAsk(repository, "GET", query, Optional.empty(), Optional.empty()));
        },
        (answer, read) -> !answer.header("Link").contains("rel=\"next\""));
  }

  /// With which the repository is read and written, also by git.
  String token(RepositoryName repository) {
    var known = tokens.get(repository);
    if (known != null && clock.instant().isBefore(known.end().minus(BEFORE_ITS_END))) {
      return known.text();
    }
    var made = make(repository);
    tokens.put(repository, made);
    return made.text();
  }

  private Token make(RepositoryName repository) {
    var answer = asApp("GET", "/repos/%s/installation".formatted(repository.path()));
    if (answer.status() == 404) {
      throw new FaultException(
          Fault.user(
              "the GitHub App is not installed at %s; install it: ephemeral github status"
                  .formatted(repository)));
    }
    var installation = found(answer).body();
    if (!installation.path("suspended_at").asText("").isEmpty()
        && !installation.path("suspended_at").isNull()) {
      throw new FaultException(
          Fault.user("the GitHub App is suspended at %s".formatted(repository)));
    }
    var path = "/app/installations/%d/access_tokens".formatted(installation.path("id").asLong());
    var name = repository.path().replaceAll(".*/", "");
    var made = found(asApp("POST", path, Optional.of(Map.of("repositories", List.of(name)))));
    return new Token(made.body().path("token").asText(), end(made));
  }

  private Instant end(Answer made) {
    try {
      return Instant.parse(made.body().path("expires_at").asText());
    } catch (DateTimeException e) {
      return clock.instant();
    }
  }

  Answer asApp(String method, String path) {
    return asApp(method, path, Optional.empty());
  }

  /// @return the answer, when it is what was asked for
  /// @throws FaultException USER when a person has to do something, else EXTERNAL
  Answer found(Answer answer) {
    var status = answer.status();
    if (status >= 200 && status < 300) {
      return answer;
    }
    var said = answer.body().path("message").asText("");
    var why = said.isEmpty() ? "" : " (%s)".formatted(OneLine.of(said));
    throw new FaultException(
        switch (status) {
          case 401 ->
              Fault.user(
                  "%s does not accept the key of the GitHub App%s; store another with"
                          .formatted(url, why)
                      + " `ephemeral github setup`");
          case 403 ->
              Fault.user(
                  "the GitHub App may not do this at %s%s; `ephemeral github status` says what it"
                          .formatted(url, why)
                      + " lacks");
          case 404, 410, 451 ->
              Fault.user(
                  "%s has no such repository, or the GitHub App may not read it%s"
                      .formatted(url, why));
          case 301, 302, 307, 308 ->
              Fault.user("%s says that the repository has another name now".formatted(url));
          case 422 -> Fault.user("%s refuses it%s".formatted(url, why));
          default ->
              new Fault(
                  Fault.Kind.EXTERNAL,
                  "%s answers with status %d%s".formatted(url, status, why),
                  OneLine.of(answer.body().toString()));
        });
  }
}
