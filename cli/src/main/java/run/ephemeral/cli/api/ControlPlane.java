package run.ephemeral.cli.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.URI;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import run.ephemeral.cli.CliFault;
import run.ephemeral.cli.Exit;

/// The control plane's REST API. Every error response becomes a [CliFault] with the control
/// plane's message.
///
/// Requests use `HttpURLConnection`, which loads in a third of the time of `HttpClient`: startup
/// dominates most commands. It never retries, because only the caller knows which requests are
/// safe to repeat.
public final class ControlPlane {
  private static final int CONNECT_MILLIS = 5_000;
  private static final int ANSWER_MILLIS = 120_000;

  private final URI base;
  private final @Nullable String token;
  private final boolean loopback;
  private final Refusals refusals;
  private final Streams streams;

  /// @param base such as http://127.0.0.1:7070
  public ControlPlane(URI base, @Nullable String token) {
    this.base = base;
    this.token = token;
    this.loopback = isLoopback(base);
    this.refusals = new Refusals(base);
    this.streams = new Streams(refusals, token, loopback);
  }

  public URI base() {
    return base;
  }

  /// Encodes a path segment or a query value. An empty one would be another address.
  public static String encoded(String text) {
    if (text.isEmpty()) {
      throw new CliFault(
          Exit.USAGE, "a name is empty", "a variable of a script that is not set becomes that");
    }
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  public JsonNode get(String path) {
    return exchange("GET", path, null);
  }

  public <T> List<T> getAll(String path, Class<T> type) {
    return Json.readAll(get(path), type);
  }

  /// The answer, or empty for 404.
  public Optional<JsonNode> find(String path) {
    try {
      return Optional.of(get(path));
    } catch (CliFault e) {
      if (e.exit() == Exit.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  public JsonNode post(String path, Object body) {
    return exchange("POST", path, Json.write(body));
  }

  public JsonNode delete(String path) {
    return exchange("DELETE", path, null);
  }

  /// Opens a stream of server-sent events. Nothing that happens after this returns is missed.
  public EventStream stream(String path) {
    return streams.open("GET", url(path), null);
  }

  /// Like [#stream(String)], as the response to a POST request.
  public EventStream stream(String path, Object body) {
    return streams.open("POST", url(path), Json.write(body));
  }

  /// Opens a stream of messages in both directions.
  public MessageStream messages(String path) {
    return streams.messages(url(path));
  }

  private JsonNode exchange(String method, String path, byte @Nullable [] body) {
    try {
      var connection = connect(method, path, "application/json", body);
      connection.setReadTimeout(ANSWER_MILLIS);
      try (var answer = accepted(connection)) {
        var bytes = answer.readAllBytes();
        return bytes.length == 0 ? MissingNode.getInstance() : Json.parse(bytes);
      }
    } catch (IOException e) {
      throw refusals.unreachable(e);
    }
  }

  private HttpURLConnection connect(
      String method, String path, String accept, byte @Nullable [] body) throws IOException {
    var url = url(path).toURL();
    var connection =
        (HttpURLConnection) (loopback ? url.openConnection(Proxy.NO_PROXY) : url.openConnection());
    connection.setRequestMethod(method);
    connection.setInstanceFollowRedirects(false);
    connection.setConnectTimeout(CONNECT_MILLIS);
    connection.setRequestProperty("Accept", accept + ", application/problem+json");
    if (token != null) {
      connection.setRequestProperty("Authorization", "Bearer " + token);
    }
    if (body != null) {
      connection.setDoOutput(true);
      connection.setRequestProperty("Content-Type", "application/json");
      connection.setFixedLengthStreamingMode(body.length);
      try (var out = connection.getOutputStream()) {
        out.write(body);
      }
    }
    return connection;
  }

  private URI url(String path) {
    var text = base.toString();
    var plain = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    return URI.create(plain + "/api/v1" + path);
  }

  /// For a loopback address no HTTP proxy is used: a proxy could not reach this machine by it.
  private static boolean isLoopback(URI base) {
    try {
      return base.getHost() != null && InetAddress.getByName(base.getHost()).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private InputStream accepted(HttpURLConnection connection) throws IOException {
    var status = connection.getResponseCode();
    if (status >= 200 && status < 300) {
      return connection.getInputStream();
    }
    try (var body = connection.getErrorStream()) {
      throw refusals.of(status, body == null ? new byte[0] : body.readNBytes(1 << 20));
    }
  }
}
