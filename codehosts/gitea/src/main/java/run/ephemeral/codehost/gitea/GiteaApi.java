package run.ephemeral.codehost.gitea;

import java.net.http.HttpClient;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import run.ephemeral.codehost.rest.Pages;
import run.ephemeral.codehost.rest.Pages.Listed;
import run.ephemeral.codehost.rest.Rest;
import run.ephemeral.codehost.rest.Rest.Answer;
import run.ephemeral.codehost.rest.TooLarge;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.OneLine;

/// Asks a Gitea with the token of one user.
final class GiteaApi {
  private static final int PER_PAGE = 50;

  private static final Set<String> FIELDS =
      Set.of(
          "active",
          "admin",
          "base",
          "commit",
          "commit_id",
          "config",
          "created_at",
          "default_branch",
          "dismissed",
          "draft",
          "empty",
          "events",
          "head",
          "id",
          "label",
          "labels",
          "login",
          "message",
          "name",
          "number",
          "owner",
          "permission",
          "permissions",
          "pull_request_url",
          "push",
          "ref",
          "repo",
          "sha",
          "state",
          "submitted_at",
          "title",
          "updated_at",
          "url",
          "user",
          "version");

  static final int UNKNOWN = -1;

  private final String url;
  private final String token;
  private final Rest rest;
  private final Pages pages;

  /// @param url where its pages begin, without a slash at the end
  GiteaApi(String url, String token, HttpClient http) {
    this.url = url;
    this.token = token;
    rest = new Rest(url, url + "/api/v1", "Gitea or Forgejo", FIELDS, http);
    pages = new Pages(rest, PER_PAGE, this::page, (answer, read) -> isAll(total(answer), read));
  }

  /// How many items there are on all pages; [#UNKNOWN] when it was not said.
  static int total(Answer answer) {
    var total = answer.header("X-Total-Count");
    return total.matches("[0-9]{1,9}") ? Integer.parseInt(total) : UNKNOWN;
  }

  private static boolean isAll(int total, int read) {
    return total != UNKNOWN && read >= total;
  }

  private Answer page(String path, int perPage, int number) throws TooLarge {
    var query = "%s&limit=%d&page=%d".formatted(path, perPage, number);
    return found(ask("GET", query, Optional.empty()));
  }

  /// @param path below `/api/v1`
  /// @throws FaultException EXTERNAL when the host does not answer
  Answer get(String path) {
    return send("GET", path, Optional.empty());
  }

  /// @param method such as `POST`
  /// @param body as JSON
  Answer send(String method, String path, Map<String, ?> body) {
    return send(method, path, Optional.of(body));
  }

  private Answer send(String method, String path, Optional<Map<String, ?>> body) {
    try {
      return ask(method, path, body);
    } catch (TooLarge e) {
      throw rest.away(TooLarge.WHAT, e);
    }
  }

  private Answer ask(String method, String path, Optional<Map<String, ?>> body) throws TooLarge {
    var headers = Map.of("Accept", "application/json", "Authorization", "token " + token);
    return rest.ask(new Rest.Question(method, path, headers, body));
  }

  /// The items of all pages.
  ///
  /// @param path with a query
  Listed all(String path) {
    return pages.all(path);
  }

  /// Like [#all], for a caller that can ask for less.
  Listed listed(String path) throws Pages.TooMany {
    return pages.listed(path);
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
                  "%s does not accept the token%s; store another with `ephemeral gitea setup`"
                      .formatted(url, why));
          case 403 ->
              Fault.user(
                  "the token may not do this at %s%s; `ephemeral gitea setup --help` says which"
                          .formatted(url, why)
                      + " permissions it needs");
          case 404 ->
              Fault.user("%s has no such repository, or the token may not read it".formatted(url));
          case 301, 302, 307, 308 ->
              Fault.user("%s says that the repository has another name now".formatted(url));
          default ->
              new Fault(
                  Fault.Kind.EXTERNAL,
                  "%s answers with status %d%s".formatted(url, status, why),
                  OneLine.of(answer.body().toString()));
        });
  }
}
