package run.ephemeral.engine.kubernetes.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpTimeoutException;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
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

  private static final Duration ANSWER = Duration.ofSeconds(30);
  private static final String JSON_TYPE = "application/json";
  private static final String ANY = "application/json, */*";
  private static final String GROUPS =
      "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
          + ",application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList"
          + ",application/json";
  private static final int MOST_BYTES = 64 << 20;
  private static final int MOST_REASON = 64 << 10;
  private static final ObjectMapper JSON = new ObjectMapper();

  /// Requests at once, streams aside. More do not make a server faster, and each has buffers.
  private static final int MOST_AT_ONCE = 32;

  /// How long a log may take to begin: the API server asks a node for it, which may be gone.
  private static final Duration LOG = Duration.ofSeconds(5);

  private static final int MOST_LOGS = 8;

  private final Semaphore room = new Semaphore(MOST_AT_ONCE, true);
  private final Semaphore logs = new Semaphore(MOST_LOGS, true);
  private final URI server;
  private final Connections connections;
  private final Authorization authorization;
  private final Refusals refusals;
  private final Duration patience;

  public ApiServer(Kubeconfig kubeconfig) {
    this(kubeconfig, ANSWER);
  }

  /// @param patience how long an answer may take
  ApiServer(Kubeconfig kubeconfig, Duration patience) {
    this.server = kubeconfig.server();
    this.authorization = Authorization.of(kubeconfig.user());
    this.refusals = new Refusals(server, authorization);
    this.connections = new Connections(kubeconfig);
    this.patience = patience;
  }

  /// @return empty when there is no such object
  public Optional<ObjectNode> get(String path) {
    try {
      return Optional.of(send("GET", path, Optional.empty(), JSON_TYPE));
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
    return send("GET", path + query(query), Optional.empty(), JSON_TYPE).path("items");
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
    return send("POST", path + query, Optional.of(object), JSON_TYPE);
  }

  public ObjectNode merge(String path, ObjectNode patch) {
    var query = query(Map.of("fieldManager", MANAGER));
    return send("PATCH", path + query, Optional.of(patch), "application/merge-patch+json");
  }

  /// Begins to delete one object; what is absent counts as deleted.
  ///
  /// @param uid another object of the same name stays
  public void delete(String path, String uid) {
    delete(path, uid, Optional.empty());
  }

  /// @param version one that has changed since stays, too
  public void delete(String path, String uid, Optional<String> version) {
    var options = JSON.createObjectNode();
    options.put("kind", "DeleteOptions").put("apiVersion", "v1");
    options.put("propagationPolicy", "Background");
    var preconditions = options.putObject("preconditions").put("uid", uid);
    version.ifPresent(known -> preconditions.put("resourceVersion", known));
    try {
      send("DELETE", path, Optional.of(options), JSON_TYPE);
    } catch (ApiException e) {
      if (!e.isMissing() && !e.isConflict()) {
        throw e;
      }
    }
  }

  /// A collection with its resource version, from which a watch goes on.
  public ObjectNode collection(String path, Map<String, String> query) {
    return send("GET", path + query(query), Optional.empty(), JSON_TYPE);
  }

  /// The groups of the API with their versions, each with its freshness: it is `Stale` while the
  /// server that serves it does not answer.
  public ObjectNode groups() {
    return object(new Ask("GET", "/apis", "", JSON_TYPE, GROUPS, false));
  }

  /// The first lines of a log. There may be more.
  ///
  /// Logs have permits and connections of their own: nodes that do not answer hold up only them.
  public byte[] lines(String path, Map<String, String> query, int count) {
    return answer(
        Ask.log(path + query(query)),
        head -> head.statusCode() < 300 ? new FirstLines(count) : BodySubscribers.ofByteArray());
  }

  /// An answer that is read while it comes.
  ///
  /// @param patience how long the answer's head may take
  public InputStream stream(String path, Map<String, String> query, Duration patience) {
    try {
      var answer =
          streams()
              .send(request(Ask.get(path + query(query)), patience), BodyHandlers.ofInputStream());
      if (answer.statusCode() < 300) {
        return answer.body();
      }
      try (var body = answer.body()) {
        var refusal = refusals.of(answer, body.readNBytes(MOST_REASON));
        authorization.refused(answer.statusCode());
        throw refusal;
      }
    } catch (IOException e) {
      throw away(e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /// Opens a WebSocket, such as to a port of a pod.
  ///
  /// @param protocols the subprotocols, the best one first
  public WebSocket webSocket(
      String path,
      Map<String, List<String>> query,
      List<String> protocols,
      WebSocket.Listener listener)
      throws InterruptedException {
    var uri = URI.create(server.toString().replaceFirst("^http", "ws") + path + queries(query));
    var others = protocols.stream().skip(1).toArray(String[]::new);
    var builder = streams().newWebSocketBuilder();
    builder.subprotocols(protocols.getFirst(), others).connectTimeout(Connections.PATIENCE);
    authorization.value().ifPresent(value -> builder.header("Authorization", value));
    var coming = builder.buildAsync(uri, listener);
    try {
      return coming.get();
    } catch (InterruptedException e) {
      // Nobody would close what opens later.
      var _ = coming.thenAccept(WebSocket::abort);
      throw e;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof WebSocketHandshakeException refused) {
        var answer = refused.getResponse();
        var refusal = refusals.of(answer, new byte[0]);
        authorization.refused(answer.statusCode());
        throw refusal;
      }
      throw away(e.getCause() instanceof IOException io ? io : new IOException(e.getCause()));
    }
  }

  private HttpClient streams() {
    try {
      return connections.streams();
    } catch (IOException e) {
      throw away(e);
    }
  }

  /// @param type of the body
  /// @param accept of the answer
  /// @param isLog whether a node is asked
  private record Ask(
      String method, String path, String body, String type, String accept, boolean isLog) {
    static Ask get(String path) {
      return new Ask("GET", path, "", JSON_TYPE, ANY, false);
    }

    static Ask log(String path) {
      return new Ask("GET", path, "", JSON_TYPE, ANY, true);
    }

    /// Whether it has the same effect twice: a PATCH sets values, a DELETE names a uid.
    boolean isRepeatable() {
      return !method.equals("POST");
    }
  }

  private HttpRequest request(Ask ask, Duration patience) {
    var body = ask.body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(ask.body);
    var request =
        HttpRequest.newBuilder(URI.create(server + ask.path))
            .timeout(patience)
            .header("Accept", ask.accept)
            .header("Content-Type", ask.type)
            .method(ask.method, body);
    authorization.value().ifPresent(value -> request.header("Authorization", value));
    return request.build();
  }

  /// Asks, and asks again while the server says so: all of it takes no longer than one answer may.
  /// A connection that broke and credentials that may have been replaced are tried once more.
  private byte[] answer(Ask ask, BodyHandler<byte[]> handler) {
    var end = System.nanoTime() + patience.toNanos();
    var isSecond = false;
    while (true) {
      try {
        var answer = once(ask, handler, Duration.ofNanos(end - System.nanoTime()));
        if (answer.statusCode() < 300) {
          return answer.body();
        }
        var refusal = refusals.of(answer, answer.body());
        var pause = Busy.pause(answer, ask.isRepeatable());
        if (pause.isPresent() && System.nanoTime() + pause.get().toNanos() < end) {
          Thread.sleep(pause.get());
        } else if (!isSecond && authorization.refused(answer.statusCode())) {
          isSecond = true;
        } else {
          throw refusal;
        }
      } catch (IOException e) {
        if (isSecond || !ask.isRepeatable() || !Unanswered.isBroken(e)) {
          // Of a log, it is not the API server that is late.
          throw ask.isLog && e instanceof HttpTimeoutException
              ? new ApiException(String.valueOf(e.getMessage()), e)
              : away(e);
        }
        isSecond = true;
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
    }
  }

  /// The time limit includes the body: a connection can die in the middle of it.
  private HttpResponse<byte[]> once(Ask ask, BodyHandler<byte[]> handler, Duration left)
      throws IOException, InterruptedException {
    if (!left.isPositive()) {
      throw new HttpTimeoutException(late(patience));
    }
    // Before there is a permit: credentials that cannot be read fail here.
    var request = request(ask, ask.isLog && LOG.compareTo(left) < 0 ? LOG : left);
    var permits = ask.isLog ? logs : room;
    if (!permits.tryAcquire(left.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new HttpTimeoutException(
          ask.isLog ? "too many other logs are read just now" : late(patience));
    }
    try {
      var client = ask.isLog ? connections.streams() : connections.requests();
      var late =
          ask.isLog
              ? "its node sent no log within %d s".formatted(LOG.toSeconds())
              : late(patience);
      return exchange(client, request, handler, left, late);
    } finally {
      permits.release();
    }
  }

  /// @param late the message of the failure when the head of the answer does not arrive in time
  private HttpResponse<byte[]> exchange(
      HttpClient client,
      HttpRequest request,
      BodyHandler<byte[]> handler,
      Duration left,
      String late)
      throws IOException, InterruptedException {
    var bounded = BodyHandlers.limiting(handler, MOST_BYTES);
    var coming = client.sendAsync(request, bounded);
    try {
      return coming.get(left.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      if (isLate(e.getCause())) {
        connections.renew(client);
        throw new HttpTimeoutException(late);
      }
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    } catch (TimeoutException e) {
      connections.renew(client);
      throw new HttpTimeoutException(late(patience));
    } finally {
      coming.cancel(true);
    }
  }

  private static boolean isLate(@Nullable Throwable cause) {
    return cause instanceof HttpTimeoutException && !(cause instanceof HttpConnectTimeoutException);
  }

  private static String late(Duration patience) {
    return "no whole answer within %d s".formatted(patience.toSeconds());
  }

  private static ApiException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new ApiException("the request was interrupted", e);
  }

  private ApiException away(IOException e) {
    return new ApiException(
        "the API server at %s does not answer: %s"
            .formatted(server.getAuthority(), Unanswered.why(e)),
        e);
  }

  private ObjectNode send(String method, String path, Optional<ObjectNode> body, String type) {
    return object(
        new Ask(method, path, body.map(ObjectNode::toString).orElse(""), type, ANY, false));
  }

  private ObjectNode object(Ask ask) {
    return Refusals.tree(answer(ask, BodyHandlers.ofByteArray()))
        .orElseThrow(() -> new ApiException(0, "", "the API server's answer is no object in JSON"));
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
                values.forEach(value -> query.add(key + "=" + URLEncoder.encode(value, UTF_8))));
    return query.toString();
  }

  @Override
  public void close() {
    connections.close();
  }
}
