package run.ephemeral.engine.kubernetes.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// The API server of one cluster: requests on trees, without typed models.
///
/// It exists because a control plane needs about ten requests, a fence on each write, and watches
/// whose silence it notices; decision 15 says what the known clients cost. Every method blocks and
/// may be called from any thread; an interrupt ends it with an [ApiException] of status 0.
public final class ApiServer implements AutoCloseable {
  /// Who the cluster notes as the manager of the fields that are applied.
  public static final String MANAGER = "ephemeral.run";

  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Duration ANSWER = Duration.ofSeconds(30);
  private static final int MOST_BYTES = 64 << 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final URI server;
  private final Kubeconfig kubeconfig;
  private @Nullable HttpClient http;
  private final Authorization authorization;

  public ApiServer(Kubeconfig kubeconfig) {
    this.server = kubeconfig.server();
    this.authorization = Authorization.of(kubeconfig.user());
    this.kubeconfig = kubeconfig;
  }

  /// Made when it is needed first: it would delay the start of the control plane.
  private synchronized HttpClient http() {
    var known = http;
    if (known == null) {
      known =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .connectTimeout(CONNECT)
              .executor(Executors.newVirtualThreadPerTaskExecutor())
              .sslContext(
                  Tls.context(kubeconfig.authority(), Authorization.certificate(kubeconfig)))
              .build();
      http = known;
    }
    return known;
  }

  /// @return empty when there is no such object
  public Optional<ObjectNode> get(String path) {
    try {
      return Optional.of(send("GET", path, Optional.empty(), "application/json"));
    } catch (ApiException e) {
      if (e.isMissing()) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /// The items of a collection.
  ///
  /// @param query such as a labelSelector
  public JsonNode list(String path, Map<String, String> query) {
    return send("GET", path + query(query), Optional.empty(), "application/json").path("items");
  }

  /// Server-side apply as the only manager of these fields. What somebody else manages by then is
  /// taken over.
  ///
  /// @param object with a `metadata.resourceVersion` it is refused with a conflict when the object
  ///     has changed since, with a `metadata.uid` when it is another one
  public ObjectNode apply(String path, ObjectNode object) {
    var query = query(Map.of("fieldManager", MANAGER, "force", "true"));
    return send("PATCH", path + query, Optional.of(object), "application/apply-patch+yaml");
  }

  public ObjectNode create(String path, ObjectNode object) {
    var query = query(Map.of("fieldManager", MANAGER));
    return send("POST", path + query, Optional.of(object), "application/json");
  }

  public ObjectNode merge(String path, ObjectNode patch) {
    var query = query(Map.of("fieldManager", MANAGER));
    return send("PATCH", path + query, Optional.of(patch), "application/merge-patch+json");
  }

  /// Begins to delete one object; what is absent counts as deleted.
  ///
  /// @param uid another object of the same name stays
  public void delete(String path, String uid) {
    var options = JSON.createObjectNode();
    options.put("kind", "DeleteOptions").put("apiVersion", "v1");
    options.put("propagationPolicy", "Background");
    options.putObject("preconditions").put("uid", uid);
    try {
      send("DELETE", path, Optional.of(options), "application/json");
    } catch (ApiException e) {
      if (!e.isMissing() && !e.isConflict()) {
        throw e;
      }
    }
  }

  /// A collection with its resource version, from which a watch goes on.
  public ObjectNode collection(String path, Map<String, String> query) {
    return send("GET", path + query(query), Optional.empty(), "application/json");
  }

  /// An answer that is no JSON, such as a log.
  public byte[] bytes(String path, Map<String, String> query) {
    var answer = answer(request(path + query(query), ANSWER).GET().build());
    if (answer.statusCode() >= 300) {
      tree(answer.statusCode(), answer.body());
    }
    return answer.body();
  }

  /// An answer that is read while it comes.
  ///
  /// @param patience how long the answer's head may take
  public InputStream stream(String path, Map<String, String> query, Duration patience) {
    var request = request(path + query(query), patience).GET().build();
    try {
      var answer = http().send(request, BodyHandlers.ofInputStream());
      if (answer.statusCode() < 300) {
        return answer.body();
      }
      answer.body().close();
      throw new ApiException(
          answer.statusCode(), "", "the API server answered " + answer.statusCode());
    } catch (IOException e) {
      throw away(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ApiException("the request was interrupted", e);
    }
  }

  /// Opens a WebSocket, such as to a port of a pod.
  ///
  /// @param protocol the name of the subprotocol
  public WebSocket webSocket(
      String path, Map<String, List<String>> query, String protocol, WebSocket.Listener listener)
      throws InterruptedException {
    var uri = URI.create(server.toString().replaceFirst("^http", "ws") + path + queries(query));
    var builder = http().newWebSocketBuilder().subprotocols(protocol).connectTimeout(CONNECT);
    authorization.value().ifPresent(value -> builder.header("Authorization", value));
    try {
      return builder.buildAsync(uri, listener).get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof WebSocketHandshakeException refused) {
        var status = refused.getResponse().statusCode();
        throw new ApiException(status, "", "the API server answered %d".formatted(status));
      }
      throw away(e.getCause() instanceof IOException io ? io : new IOException(e.getCause()));
    }
  }

  private HttpRequest.Builder request(String path, Duration patience) {
    var request =
        HttpRequest.newBuilder(URI.create(server + path))
            .timeout(patience)
            .header("Accept", "application/json, */*");
    authorization.value().ifPresent(value -> request.header("Authorization", value));
    return request;
  }

  /// The time limit includes the body: a connection can die in the middle of it.
  private HttpResponse<byte[]> answer(HttpRequest request) {
    var bounded = BodyHandlers.limiting(BodyHandlers.ofByteArray(), MOST_BYTES);
    var coming = http().sendAsync(request, bounded);
    try {
      var answer = coming.get(ANSWER.toSeconds(), TimeUnit.SECONDS);
      if (answer.statusCode() == 401) {
        authorization.refused();
      }
      return answer;
    } catch (ExecutionException e) {
      throw away(e.getCause() instanceof IOException io ? io : new IOException(e.getCause()));
    } catch (TimeoutException e) {
      throw away(new IOException("no whole answer within %d s".formatted(ANSWER.toSeconds()), e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ApiException("the request was interrupted", e);
    } finally {
      coming.cancel(true);
    }
  }

  private ApiException away(IOException e) {
    return new ApiException(
        "the API server at %s does not answer: %s".formatted(server.getAuthority(), said(e)), e);
  }

  private ObjectNode send(String method, String path, Optional<ObjectNode> body, String type) {
    var publisher =
        body.map(tree -> BodyPublishers.ofString(tree.toString()))
            .orElseGet(BodyPublishers::noBody);
    var request = request(path, ANSWER).header("Content-Type", type).method(method, publisher);
    var answer = answer(request.build());
    return tree(answer.statusCode(), answer.body());
  }

  private static String said(IOException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
        return "its host name is unknown";
      }
    }
    return e instanceof ConnectException && e.getMessage() == null
        ? "connection refused"
        : e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private static ObjectNode tree(int status, byte[] bytes) {
    try {
      if (JSON.readTree(bytes) instanceof ObjectNode tree) {
        if (status < 300) {
          return tree;
        }
        var message = tree.path("message").asText("the API server answered " + status);
        throw new ApiException(status, tree.path("reason").asText(), message);
      }
    } catch (JsonProcessingException e) {
      // Such as the plain text of a proxy; said below.
    } catch (IOException e) {
      throw new ApiException("the answer cannot be read", e);
    }
    var text = new String(bytes, 0, Math.min(bytes.length, 200), StandardCharsets.UTF_8);
    throw new ApiException(status, "", "the API server answered %d: %s".formatted(status, text));
  }

  private static String query(Map<String, String> parameters) {
    var lists = new TreeMap<String, List<String>>();
    parameters.forEach((key, value) -> lists.put(key, List.of(value)));
    return queries(lists);
  }

  private static String queries(Map<String, List<String>> parameters) {
    var query = new StringJoiner("&", "?", "").setEmptyValue("");
    new TreeMap<>(parameters)
        .forEach(
            (key, values) ->
                values.forEach(
                    value ->
                        query.add(key + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8))));
    return query.toString();
  }

  @Override
  public synchronized void close() {
    if (http != null) {
      http.shutdownNow();
    }
  }
}
