package run.ephemeral.codehost.rest;

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
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.UnresolvedAddressException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;

/// Sends requests to the API of one host, which is not trusted, and reads its answers.
///
/// Redirects are not followed, so that a token reaches no other host.
public final class Rest {
  /// For one answer, to its last byte.
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String url;
  private final String base;
  private final String product;
  private final Set<String> fields;
  private final HttpClient http;

  /// @param url of the host, for people
  /// @param base before the path of each request
  /// @param product what the host has to be, for people
  /// @param fields of answers that are read
  public Rest(String url, String base, String product, Set<String> fields, HttpClient http) {
    this.url = url;
    this.base = base;
    this.product = product;
    this.fields = Set.copyOf(fields);
    this.http = http;
  }

  public static HttpClient client() {
    return HttpClient.newBuilder().connectTimeout(CONNECT).build();
  }

  /// @param path with a query
  /// @param body as JSON
  public record Question(
      String method, String path, Map<String, String> headers, Optional<Map<String, ?>> body) {
    /// Without what is secret.
    @Override
    public String toString() {
      return "%s %s".formatted(method, path);
    }
  }

  /// @param body missing when there is none
  public record Answer(int status, JsonNode body, HttpHeaders headers) {
    /// Without what is secret.
    @Override
    public String toString() {
      return "Answer[%d]".formatted(status);
    }

    /// @return empty when there is none
    public String header(String name) {
      return headers.firstValue(name).orElse("");
    }

    /// By the clock of this machine when the host does not say when it was.
    public Instant at() {
      return date().orElseGet(Instant::now);
    }

    /// By the clock of the host.
    public Optional<Instant> date() {
      try {
        return Optional.of(
            DateTimeFormatter.RFC_1123_DATE_TIME.parse(header("Date"), Instant::from));
      } catch (DateTimeException e) {
        return Optional.empty();
      }
    }
  }

  /// A text as one segment of a path.
  public static String segment(String text) {
    return URLEncoder.encode(text, UTF_8).replace("+", "%20");
  }

  /// @throws FaultException EXTERNAL when the host does not answer
  public Answer ask(Question question) throws TooLarge {
    var answer = new FutureTask<>(() -> answer(question));
    var thread = Thread.ofVirtual().name("code host").start(answer);
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

  private FaultException failed(Throwable cause) throws TooLarge {
    return switch (cause) {
      case TooLarge tooLarge -> throw tooLarge;
      case JsonProcessingException e ->
          away("what it says is no JSON; is this a %s?".formatted(product), e);
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

  private Answer answer(Question question) throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(URI.create(base + question.path()));
    question.headers().forEach(request::header);
    var body = question.body().map(it -> JSON.valueToTree(it).toString());
    body.ifPresent(_ -> request.header("Content-Type", "application/json"));
    request.method(
        question.method(), body.map(BodyPublishers::ofString).orElseGet(BodyPublishers::noBody));
    var response = http.send(request.build(), BodyHandlers.ofInputStream());
    try (var content = response.body()) {
      var status = response.statusCode();
      var type = response.headers().firstValue("Content-Type").orElse("");
      var isJson = type.startsWith("application/json");
      if (!isJson && status == 200) {
        throw new JsonParseException(null, "not JSON");
      }
      var path = question.path();
      var withBodies = path.contains("/comments") || path.contains("/reviews");
      return new Answer(
          status,
          isJson
              ? BoundedJson.read(content, fields, withBodies)
              : JsonNodeFactory.instance.missingNode(),
          response.headers());
    }
  }

  public FaultException away(String why, Throwable cause) {
    return new FaultException(
        Fault.external("%s does not answer: %s".formatted(url, why), cause), cause);
  }
}
