package run.ephemeral.codehost.gitea;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.UnresolvedAddressException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.OneLine;

/// Asks a Gitea with the token of one user.
///
/// Redirects are not followed, so that the token reaches no other host.
final class GiteaApi {
  /// For one answer, to its last byte.
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /// For all pages together.
  private static final Duration LONGEST_LIST = Duration.ofMinutes(3);

  private static final int PER_PAGE = 50;

  /// More open pull requests than anybody has; a server that always has a next page ends here.
  private static final int MOST_ITEMS = 5000;

  static final int UNKNOWN = -1;

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

  /// @param body missing when there is none
  /// @param total how many items there are on all pages; [#UNKNOWN] when it was not said
  /// @param date when it was, by the clock of the host; empty when it was not said
  record Answer(int status, JsonNode body, int total, String date) {
    /// By the clock of this machine when the host does not say when it was.
    Instant at() {
      try {
        return DateTimeFormatter.RFC_1123_DATE_TIME.parse(date, Instant::from);
      } catch (DateTimeException e) {
        return Instant.now();
      }
    }
  }

  /// A text as one segment of a path.
  static String segment(String text) {
    return URLEncoder.encode(text, UTF_8).replace("+", "%20");
  }

  /// @param path below `/api/v1`
  /// @throws FaultException EXTERNAL when the host does not answer
  Answer get(String path) {
    return send("GET", path, BodyPublishers.noBody());
  }

  /// @param method such as `POST`
  /// @param body as JSON
  Answer send(String method, String path, Map<String, ?> body) {
    return send(method, path, BodyPublishers.ofString(JSON.valueToTree(body).toString()));
  }

  private Answer send(String method, String path, BodyPublisher body) {
    try {
      return ask(method, path, body);
    } catch (BoundedJson.TooLarge e) {
      throw away(BoundedJson.TooLarge.WHAT, e);
    }
  }

  private Answer ask(String method, String path, BodyPublisher body) throws BoundedJson.TooLarge {
    var request =
        HttpRequest.newBuilder(URI.create(url + "/api/v1" + path))
            .header("Accept", "application/json")
            .header("Content-Type", "application/json")
            .header("Authorization", "token " + token)
            .method(method, body)
            .build();
    var withBodies = path.contains("/comments");
    var answer = new FutureTask<>(() -> answer(request, withBodies));
    var thread = Thread.ofVirtual().name("gitea").start(answer);
    try {
      return answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw away("it did not within %d s".formatted(PATIENCE.toSeconds()), e);
    } catch (ExecutionException e) {
      throw failed(e.getCause() == null ? e : e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw away("the question was given up", e);
    } finally {
      thread.interrupt();
    }
  }

  private FaultException failed(Throwable cause) throws BoundedJson.TooLarge {
    return switch (cause) {
      case BoundedJson.TooLarge tooLarge -> throw tooLarge;
      case JsonProcessingException e ->
          away("what it says is no JSON; is this a Gitea or Forgejo?", e);
      case ConnectException e -> away(unconnected(e), e);
      default -> away(cause.getMessage() == null ? cause.toString() : cause.getMessage(), cause);
    };
  }

  private static String unconnected(ConnectException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnresolvedAddressException) {
        return "its name is not known";
      }
    }
    return e.getMessage() == null ? "nothing listens there" : e.getMessage();
  }

  private Answer answer(HttpRequest request, boolean withBodies)
      throws IOException, InterruptedException {
    var response = http.send(request, BodyHandlers.ofInputStream());
    try (var content = response.body()) {
      var status = response.statusCode();
      var isJson = header(response, "Content-Type").startsWith("application/json");
      if (!isJson && status == 200) {
        throw new JsonParseException(null, "not JSON");
      }
      var body =
          isJson ? BoundedJson.read(content, withBodies) : JsonNodeFactory.instance.missingNode();
      var total = header(response, "X-Total-Count");
      var items = total.matches("[0-9]{1,9}") ? Integer.parseInt(total) : UNKNOWN;
      return new Answer(status, body, items, header(response, "Date"));
    }
  }

  private static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  /// More items than are read.
  static final class TooMany extends Exception {
    private static final long serialVersionUID = 1;
  }

  /// @param date when the first page was read, by the clock of the host
  /// @param pages how many were read. Items that came or went meanwhile moved others to another
  ///     page: with more than one page, what is not among the items may still be there
  record Listed(List<JsonNode> items, int pages, Instant date) {}

  /// The items of all pages.
  ///
  /// @param path with a query
  Listed all(String path) {
    try {
      return listed(path);
    } catch (TooMany e) {
      throw away("a list has more than %d items".formatted(MOST_ITEMS), e);
    }
  }

  /// Like [#all], for a caller that can ask for less.
  Listed listed(String path) throws TooMany {
    for (int perPage = PER_PAGE; ; perPage /= 2) {
      try {
        return all(path, perPage);
      } catch (BoundedJson.TooLarge e) {
        // Strangers may write long texts. Pages of fewer items have fewer of them.
        if (perPage == 1) {
          throw away(BoundedJson.TooLarge.WHAT, e);
        }
      }
    }
  }

  private static boolean isAll(List<JsonNode> read, Answer answer) {
    return answer.total() != UNKNOWN && read.size() >= answer.total();
  }

  private Listed all(String path, int perPage) throws BoundedJson.TooLarge, TooMany {
    var all = new ArrayList<JsonNode>();
    var began = System.nanoTime();
    var date = Instant.EPOCH;
    for (int page = 1; all.size() < MOST_ITEMS; page++) {
      var query = "%s&limit=%d&page=%d".formatted(path, perPage, page);
      var answer = found(ask("GET", query, BodyPublishers.noBody()));
      if (!answer.body().isArray() || answer.body().size() > perPage) {
        throw away("it does not answer with a page of a list", new IllegalStateException(query));
      }
      date = page == 1 ? answer.at() : date;
      answer.body().forEach(all::add);
      if (answer.body().isEmpty() || isAll(all, answer)) {
        return new Listed(all, page, date);
      }
      if (System.nanoTime() - began > LONGEST_LIST.toNanos()) {
        throw away("a list takes too long", new IllegalStateException(query));
      }
    }
    throw new TooMany();
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

  private FaultException away(String why, Throwable cause) {
    return new FaultException(
        Fault.external("%s does not answer: %s".formatted(url, why), cause), cause);
  }
}
