package run.ephemeral.engine.kubernetes;

import static run.ephemeral.testkit.Eventually.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import run.ephemeral.engine.kubernetes.client.ApiServer;
import run.ephemeral.engine.kubernetes.client.Kubeconfig;
import run.ephemeral.testkit.TestBed;

/// An API server and an etcd of a test's own, by the programs and certificates of the test bed:
/// they can be stopped, restarted and restored without disturbing others. They have neither nodes
/// nor controllers.
final class OwnApiServer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private final int etcdPort = free();
  private final int peerPort = free();
  private final int port = free();
  private @Nullable Process etcd;
  private @Nullable Process server;

  OwnApiServer(Path folder) throws Exception {
    this.folder = folder;
    startAll();
  }

  private static int free() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }

  String url() {
    return "https://127.0.0.1:" + port;
  }

  ApiServer client() throws Exception {
    return new ApiServer(Kubeconfig.read(TestEngine.kubeconfig(url()), Optional.empty()));
  }

  private void startAll() throws Exception {
    var peer = "http://127.0.0.1:" + peerPort;
    etcd =
        start(
            "etcd",
            "--data-dir=" + folder.resolve("etcd"),
            "--unsafe-no-fsync",
            "--listen-client-urls=" + etcd(),
            "--advertise-client-urls=" + etcd(),
            "--listen-peer-urls=" + peer,
            "--initial-advertise-peer-urls=" + peer,
            "--initial-cluster=default=" + peer);
    startServer();
  }

  private String etcd() {
    return "http://127.0.0.1:" + etcdPort;
  }

  private void startServer() throws Exception {
    var pki = TestBed.kubeconfig().resolveSibling("pki");
    server =
        start(
            "kube-apiserver",
            "--etcd-servers=" + etcd(),
            "--bind-address=127.0.0.1",
            "--advertise-address=198.18.128.1",
            "--secure-port=" + port,
            "--client-ca-file=" + pki.resolve("ca.crt"),
            "--tls-cert-file=" + pki.resolve("apiserver.crt"),
            "--tls-private-key-file=" + pki.resolve("apiserver.key"),
            "--cert-dir=" + folder,
            "--authorization-mode=RBAC",
            // Nobody makes the accounts that pods have.
            "--disable-admission-plugins=ServiceAccount",
            "--service-cluster-ip-range=198.19.0.0/16",
            "--service-account-issuer=https://kubernetes.default.svc",
            "--service-account-key-file=" + pki.resolve("sa.crt"),
            "--service-account-signing-key-file=" + pki.resolve("sa.key"));
    try (var api = client()) {
      eventually("the API server is ready", () -> isReady(api));
    }
  }

  private static boolean isReady(ApiServer api) {
    try {
      return new String(
              api.lines("/readyz", java.util.Map.of(), 1), java.nio.charset.StandardCharsets.UTF_8)
          .equals("ok");
    } catch (RuntimeException e) {
      return false;
    }
  }

  private Process start(String program, String... options) throws IOException {
    var bin = TestBed.kubeconfig().resolveSibling("../bin");
    var command = new ArrayList<>(List.of(bin.resolve(program).toString()));
    command.addAll(List.of(options));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve(program + ".log").toFile())
        .start();
  }

  private static void end(@Nullable Process process) {
    if (process != null) {
      process.destroyForcibly().onExit().join();
    }
  }

  void restartServer() throws Exception {
    end(server);
    startServer();
  }

  private void stopAll() {
    end(server);
    end(etcd);
  }

  /// Stops etcd and the API server, copies the data folder of etcd, and starts both again.
  void backUp() throws Exception {
    stopAll();
    copy(folder.resolve("etcd"), folder.resolve("backup"));
    startAll();
  }

  /// Goes back to the backup: resource versions go back, too.
  void restore() throws Exception {
    stopAll();
    remove(folder.resolve("etcd"));
    copy(folder.resolve("backup"), folder.resolve("etcd"));
    startAll();
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (var file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
  }

  private static void remove(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (var file : files.toList().reversed()) {
        Files.delete(file);
      }
    }
  }

  /// Makes etcd forget everything that is not current.
  void compact() throws Exception {
    var revision = ask("range", "{\"key\":\"AA==\"}").path("header").path("revision").asText();
    ask("compaction", "{\"revision\":\"%s\",\"physical\":true}".formatted(revision));
  }

  private JsonNode ask(String what, String body) throws Exception {
    try (var http = HttpClient.newHttpClient()) {
      var url = URI.create(etcd() + "/v3/kv/" + what);
      var request = HttpRequest.newBuilder(url).POST(BodyPublishers.ofString(body)).build();
      return JSON.readTree(http.send(request, BodyHandlers.ofString()).body());
    }
  }

  @Override
  public void close() {
    stopAll();
  }
}
