package run.ephemeral.codehost.github;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import run.ephemeral.codehost.rest.Rest;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.codehost.CodeHost;
import run.ephemeral.core.codehost.CodeHostAccess;
import run.ephemeral.source.GitSources;

/// Connects to GitHub, as a GitHub App.
public final class GitHubAccess implements CodeHostAccess {
  /// Between two questions whether anything changed at a repository.
  private static final Duration PACE = Duration.ofSeconds(10);

  /// The same where GitHub tells of changes.
  private static final Duration PACE_WITH_HOOK = Duration.ofSeconds(30);

  private static final int MOST_NAMED = 5;
  private static final int LAST_DELIVERIES = 30;

  private final GitSources sources;
  private final InstantSource clock;
  private final Map<String, Quota> quotas = new ConcurrentHashMap<>();
  private @Nullable HttpClient http;

  public GitHubAccess(GitSources sources, InstantSource clock) {
    this.sources = sources;
    this.clock = clock;
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

  private Quota quota(String url) {
    return quotas.computeIfAbsent(url, _ -> new Quota(clock));
  }

  /// What has to be sent to GitHub, by the browser of whoever will own the App.
  ///
  /// @param organization that will own it; empty for the person
  public static AppForm form(
      String url,
      Optional<String> organization,
      String name,
      String redirect,
      Optional<String> hook) {
    var where =
        organization
            .map(it -> "/organizations/%s/settings/apps/new".formatted(Rest.segment(it)))
            .orElse("/settings/apps/new");
    return new AppForm(url, url + where, Manifest.of(name, redirect, hook));
  }

  /// Whether there is a GitHub at all, before a browser is sent there.
  ///
  /// @throws FaultException when there is none
  public void probe(String url) {
    var api = new GitHubApi(url, Optional.empty(), http(), quota(url), clock);
    if (api.asApp("GET", "/").status() == 404) {
      throw new FaultException(isNone(url));
    }
  }

  private static Fault isNone(String url) {
    return Fault.user(
        "there is no GitHub at %s; give the URL where its pages begin".formatted(url));
  }

  /// @param url of the GitHub
  /// @param action where it is posted, with a query of a `state`
  /// @param manifest the value of its field `manifest`
  public record AppForm(String url, String action, String manifest) {}

  /// A GitHub App that was made.
  ///
  /// @param credential as it is stored
  /// @param secret with which it signs deliveries; empty for none
  public record Made(String credential, Optional<String> secret) {
    @Override
    public String toString() {
      return "Made";
    }
  }

  /// Whether two credentials are of the same App.
  public static boolean isSameApp(String one, String other) {
    return AppKey.read(one).app() == AppKey.read(other).app();
  }

  /// Exchanges the code that GitHub gives for a new App for its key. It works once.
  public Made make(String url, String code) {
    var api = new GitHubApi(url, Optional.empty(), http(), quota(url), clock);
    var path = "/app-manifests/%s/conversions".formatted(Rest.segment(code));
    var answer = api.asApp("POST", path);
    if (answer.status() == 404) {
      throw new FaultException(
          Fault.user(
              "%s does not know this code: it is good for an hour, and once; begin again"
                  .formatted(url)));
    }
    var app = api.found(answer).body();
    var secret = app.path("webhook_secret").asText("");
    return new Made(
        credential(app.path("id").asLong(), app.path("pem").asText()),
        Optional.of(secret).filter(text -> !text.isEmpty() && !text.equals("null")));
  }

  /// How an App and its key are stored.
  ///
  /// @throws IllegalArgumentException when it is no private key
  public static String credential(long app, String key) {
    return AppKey.of(app, key).text();
  }

  @Override
  public Check check(String url, String credential) {
    var api = new GitHubApi(url, Optional.of(AppKey.read(credential)), http(), quota(url), clock);
    var answer = api.asApp("GET", "/app");
    if (answer.status() == 404 && answer.body().path("message").isMissingNode()) {
      throw new FaultException(isNone(url));
    }
    var app = api.found(answer).body();
    var installed = installed(api);
    var slug = app.path("slug").asText();
    var version = answer.header("X-GitHub-Enterprise-Version");
    return new Check(
        slug + "[bot]",
        version.isEmpty() ? "cloud" : version,
        notes(app, installed, url, deliveries(api)));
  }

  /// Whether GitHub's last deliveries reached this control plane.
  private static Optional<String> deliveries(GitHubApi api) {
    var answer = api.asApp("GET", "/app/hook/deliveries?per_page=" + LAST_DELIVERIES);
    if (answer.status() != 200 || answer.body().isEmpty()) {
      return Optional.empty();
    }
    var failed = 0;
    for (var each : answer.body()) {
      var status = each.path("status_code").asInt();
      failed += status >= 200 && status < 300 ? 0 : 1;
    }
    return failed == 0
        ? Optional.empty()
        : Optional.of(
            "%d of the last %d deliveries of its webhook failed, the last one with %d"
                .formatted(
                    failed, answer.body().size(), answer.body().at("/0/status_code").asInt()));
  }

  private static List<JsonNode> installed(GitHubApi api) {
    var all = new ArrayList<JsonNode>();
    api.found(api.asApp("GET", "/app/installations?per_page=100")).body().forEach(all::add);
    return all;
  }

  private static List<String> notes(
      JsonNode app, List<JsonNode> installed, String url, Optional<String> deliveries) {
    var notes = new ArrayList<String>();
    deliveries.ifPresent(notes::add);
    var slug = app.path("slug").asText();
    var install = "%s/apps/%s/installations/new".formatted(url, slug);
    lacks(app).ifPresent(what -> notes.add("the App lacks permissions: " + what));
    if (installed.isEmpty()) {
      notes.add("it is installed nowhere yet; open " + install);
    } else {
      var names = installed.stream().map(GitHubAccess::account).limit(MOST_NAMED).toList();
      var more = installed.size() - names.size();
      notes.add(
          "installed at %s%s; elsewhere: %s"
              .formatted(
                  String.join(", ", names),
                  more > 0 ? " and %d more".formatted(more) : "",
                  install));
    }
    for (var each : installed) {
      if (each.path("suspended_at").isTextual()) {
        notes.add("it is suspended at " + account(each));
      }
      lacks(each)
          .ifPresent(what -> notes.add("%s has not granted: %s".formatted(account(each), what)));
    }
    return notes;
  }

  private static String account(JsonNode installation) {
    return installation.path("account").path("login").asText();
  }

  private static Optional<String> lacks(JsonNode owner) {
    var granted = owner.path("permissions");
    var lacking =
        Manifest.PERMISSIONS.entrySet().stream()
            .filter(wanted -> !isGranted(granted.path(wanted.getKey()).asText(), wanted.getValue()))
            .map(wanted -> wanted.getKey() + ": " + wanted.getValue())
            .sorted()
            .toList();
    return Optional.of(String.join(", ", lacking)).filter(text -> !text.isEmpty());
  }

  private static boolean isGranted(String granted, String wanted) {
    return granted.equals(wanted) || granted.equals("write") || granted.equals("admin");
  }

  @Override
  public CodeHost open(String name, String url, String credential, Optional<Hook> hook) {
    var api = new GitHubApi(url, Optional.of(AppKey.read(credential)), http(), quota(url), clock);
    var pace = hook.isPresent() ? PACE_WITH_HOOK : PACE;
    return new GitHubCodeHost(name, api, new GitHubConversation(api), sources, pace);
  }
}
