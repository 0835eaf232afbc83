package run.ephemeral.codehost.gitea;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;

/// Asks a Gitea with the token of one user.
///
/// Redirects are not followed, so that the token reaches no other host.
final class GiteaApi {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long MOST_BYTES = 16 << 20;
  private static final int PER_PAGE = 50;

  /// More open pull requests than anybody has; a server that always has a next page ends here.
  private static final int MOST_PAGES = 100;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final String url;
  private final String token;
  private final HttpClient http;

  /// @param url where its pages begin, without a slash at the end
  GiteaApi(String url, String token, HttpClient http) {
    this.url = url;
    this.token = token;
    this.http = http;
  }

  /// @param body `null` of JSON when there is none
  /// @param total how many items there are on all pages; 0 when it was not said
  /// @param date when it was, by the clock of the host; empty when it was not said
  record Answer(int status, JsonNode body, int total, String date) {}

  /// @param path below `/api/v1`
  /// @throws FaultException EXTERNAL when the host does not answer
  Answer get(String path) {
    var request =
        HttpRequest.newBuilder(URI.create(url + "/api/v1" + path))
            .header("Accept", "application/json")
            .header("Authorization", "token " + token)
            .build();
    var bounded = BodyHandlers.limiting(BodyHandlers.ofByteArray(), MOST_BYTES);
    var call = http.sendAsync(request, bounded);
    try {
      return answer(call.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
    } catch (TimeoutException e) {
      throw away("it did not within %d s".formatted(PATIENCE.toSeconds()), e);
    } catch (ExecutionException e) {
      var cause = e.getCause() == null ? e : e.getCause();
      throw away(cause.getMessage() == null ? cause.toString() : cause.getMessage(), cause);
    } catch (IOException e) {
      throw away("what it says is no JSON; is this a Gitea or Forgejo?", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw away("the question was given up", e);
    } finally {
      call.cancel(true);
    }
  }

  private static Answer answer(HttpResponse<byte[]> response) throws IOException {
    var status = response.statusCode();
    var isJson =
        response.headers().firstValue("Content-Type").orElse("").startsWith("application/json");
    if (!isJson && status == 200) {
      throw new IOException("not JSON");
    }
    var body = isJson ? JSON.readTree(response.body()) : JSON.nullNode();
    var total = response.headers().firstValue("X-Total-Count").orElse("");
    var items = total.matches("[0-9]{1,9}") ? Integer.parseInt(total) : 0;
    return new Answer(status, body, items, response.headers().firstValue("Date").orElse(""));
  }

  /// The items of all pages.
  ///
  /// @param path with a query
  List<JsonNode> all(String path) {
    var all = new ArrayList<JsonNode>();
    for (int page = 1; page <= MOST_PAGES; page++) {
      var answer = found(get("%s&limit=%d&page=%d".formatted(path, PER_PAGE, page)));
      answer.body().forEach(all::add);
      if (answer.body().isEmpty() || all.size() >= answer.total()) {
        return all;
      }
    }
    throw away(
        "%s has more than %d items".formatted(path, MOST_PAGES * PER_PAGE),
        new IllegalStateException(path));
  }

  /// @return the answer, when it is what was asked for
  /// @throws FaultException USER when a person has to do something, else EXTERNAL
  Answer found(Answer answer) {
    var status = answer.status();
    if (status == 200) {
      return answer;
    }
    var said = answer.body().path("message").asText("");
    var why = said.isEmpty() ? "" : " (%s)".formatted(said.strip());
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
                  answer.body().toString());
        });
  }

  private FaultException away(String why, Throwable cause) {
    return new FaultException(
        Fault.external("%s does not answer: %s".formatted(url, why), cause), cause);
  }
}
