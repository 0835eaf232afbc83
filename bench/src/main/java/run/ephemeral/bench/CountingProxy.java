package run.ephemeral.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import run.ephemeral.testkit.Plane;
import run.ephemeral.testkit.TestBed;

/// A TLS server between a control plane and the API server, which counts requests. Nobody else
/// knows its address: these are the requests of the control plane, and all of them.
///
/// Behind it is `kubectl proxy`, which has the credentials.
final class CountingProxy implements AutoCloseable {
  private static final String NAME = "proxy";
  private static final String PASSWORD = "password";
  private static final int BACKLOG = 512;

  final Requests requests = new Requests();
  final Path kubeconfig;
  private final HttpsServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).executor(threads).build();
  private final Process kubectl;
  private final URI upstream;

  CountingProxy(Path folder) throws IOException, InterruptedException, GeneralSecurityException {
    var keys = keys(folder.resolve("proxy.p12"));
    server =
        HttpsServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), BACKLOG);
    server.setHttpsConfigurator(new HttpsConfigurator(context(keys)));
    server.setExecutor(threads);
    server.createContext("/", this::pass);
    kubeconfig = Files.writeString(folder.resolve("proxy.kubeconfig"), kubeconfig(keys));
    var program = Bed.program("kubectl").toString();
    var credentials = TestBed.kubeconfig().toString();
    kubectl = new ProcessBuilder(program, "--kubeconfig", credentials, "proxy", "--port=0").start();
    // Starting to serve on 127.0.0.1:46187
    var said = String.valueOf(kubectl.inputReader().readLine());
    upstream = URI.create("http://" + said.substring(said.lastIndexOf(' ') + 1));
    server.start();
  }

  private static KeyStore keys(Path file)
      throws IOException, InterruptedException, GeneralSecurityException {
    var command =
        "-genkeypair -alias %s -keyalg EC -dname CN=proxy -ext san=ip:127.0.0.1 -storepass %s"
            .formatted(NAME, PASSWORD);
    var builder = new ProcessBuilder(Path.of(Plane.java()).resolveSibling("keytool").toString());
    builder.command().addAll(List.of(command.split(" ", 0)));
    builder.command().addAll(List.of("-storetype", "PKCS12", "-keystore", file.toString()));
    Product.finish(builder);
    return KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
  }

  private static SSLContext context(KeyStore keys) throws GeneralSecurityException {
    var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(keys, PASSWORD.toCharArray());
    var context = SSLContext.getInstance("TLS");
    context.init(factory.getKeyManagers(), null, null);
    return context;
  }

  private String kubeconfig(KeyStore keys) throws GeneralSecurityException {
    return """
    apiVersion: v1
    kind: Config
    clusters:
      - name: bench
        cluster: { server: "https://127.0.0.1:%d", certificate-authority-data: %s }
    users: [{ name: bench, user: { token: unused } }]
    contexts: [{ name: bench, context: { cluster: bench, user: bench } }]
    current-context: bench
    """
        .formatted(server.getAddress().getPort(), base64(pem(keys)));
  }

  private static String pem(KeyStore keys) throws GeneralSecurityException {
    var certificate = keys.getCertificate(NAME).getEncoded();
    return "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n"
        .formatted(Base64.getMimeEncoder().encodeToString(certificate));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private void pass(HttpExchange exchange) throws IOException {
    try (exchange) {
      requests.add(exchange.getRequestMethod(), exchange.getRequestURI());
      var request =
          HttpRequest.newBuilder(URI.create(upstream + exchange.getRequestURI().toString()))
              .method(
                  exchange.getRequestMethod(),
                  BodyPublishers.ofByteArray(exchange.getRequestBody().readAllBytes()));
      for (var header : List.of("Accept", "Content-Type")) {
        var value = exchange.getRequestHeaders().getFirst(header);
        if (value != null) {
          request.header(header, value);
        }
      }
      var answer = http.send(request.build(), BodyHandlers.ofInputStream());
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(answer.statusCode(), 0);
      try (var from = answer.body()) {
        var to = exchange.getResponseBody();
        var buffer = new byte[1 << 14];
        for (var n = from.read(buffer); n >= 0; n = from.read(buffer)) {
          to.write(buffer, 0, n);
          // A watch is read while it comes.
          to.flush();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    kubectl.destroy();
    server.stop(0);
    threads.shutdownNow();
    http.shutdownNow();
  }
}
