package run.ephemeral.engine.kubernetes.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/// A server on this machine that answers what it is told to, in turn, and `{}` after that.
final class ToldServer implements AutoCloseable {
  private static final String PASSWORD = "secret";

  private final HttpsServer server;
  private final String authority;
  private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();

  /// The requests that came, such as `GET /x`, and their Authorization headers.
  final List<String> requests = new CopyOnWriteArrayList<>();

  final List<String> authorizations = new CopyOnWriteArrayList<>();

  /// @param headers lines such as `Retry-After: 1`
  private record Answer(int status, String body, List<String> headers) {}

  private record Keys(KeyStore server, String authority) {}

  /// Of each validity; the servers of a run share them.
  private static final Map<List<String>, Keys> KEYS = new HashMap<>();

  /// @param validity options of keytool, such as `-startdate -3d -validity 1`
  ToldServer(String... validity) throws Exception {
    var keys = keys(List.of(validity));
    authority = keys.authority();
    var manager = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    manager.init(keys.server(), PASSWORD.toCharArray());
    var context = SSLContext.getInstance("TLS");
    context.init(manager.getKeyManagers(), null, null);
    server = HttpsServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
  }

  private static synchronized Keys keys(List<String> validity) throws Exception {
    var known = KEYS.get(validity);
    if (known == null) {
      var folder = Files.createTempDirectory("keys-");
      known = keys(folder.resolve("keys"), validity);
      Files.delete(folder.resolve("keys"));
      Files.delete(folder);
      KEYS.put(validity, known);
    }
    return known;
  }

  private static Keys keys(Path store, List<String> validity) throws Exception {
    keytool(store, "-genkeypair", "-alias", "ca", "-dname", "CN=ca", "-keyalg", "EC", "-ext", "bc");
    var pair = "-genkeypair -alias server -signer ca -keyalg EC -dname CN=server";
    var options = new ArrayList<>(List.of(pair.split(" ")));
    options.addAll(List.of("-ext", "san=ip:127.0.0.1"));
    options.addAll(validity);
    keytool(store, options.toArray(new String[0]));
    var authority = keytool(store, "-exportcert", "-rfc", "-alias", "ca");
    var keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    keys.deleteEntry("ca");
    return new Keys(keys, authority);
  }

  private static String keytool(Path store, String... arguments)
      throws IOException, InterruptedException {
    var tool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    var command = new ArrayList<>(List.of(tool));
    command.addAll(List.of(arguments));
    command.addAll(List.of("-keystore", store.toString(), "-storepass", PASSWORD));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var out = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(out).isZero();
    return out.substring(Math.max(0, out.indexOf("-----BEGIN")));
  }

  /// The next answer that is not told yet.
  ToldServer then(int status, String body, String... headers) {
    answers.add(new Answer(status, body, List.of(headers)));
    return this;
  }

  ApiServer client(Kubeconfig.User user) {
    return client(user, this);
  }

  /// @param trusted whose authority the client knows
  ApiServer client(Kubeconfig.User user, ToldServer trusted) {
    var url = URI.create("https://" + address());
    return new ApiServer(new Kubeconfig(url, Optional.of(trusted.authority), user));
  }

  String authority() {
    return authority;
  }

  String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath());
      authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
      exchange.getRequestBody().readAllBytes();
      var answer = Optional.ofNullable(answers.poll()).orElse(new Answer(200, "{}", List.of()));
      for (var header : answer.headers()) {
        var parts = header.split(": ", 2);
        exchange.getResponseHeaders().add(parts[0], parts[1]);
      }
      var bytes = answer.body().getBytes(UTF_8);
      if (answer.status() > 0) {
        exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
      }
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
