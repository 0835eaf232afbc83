package run.ephemeral.engine.kubernetes.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/// The connections to an API server.
///
/// Requests share one HTTP/2 connection: a TLS handshake costs more than most requests. Streams and
/// WebSockets have a connection each, with HTTP/1.1: one whose reader is slow would hold up all
/// that share its connection.
final class Connections implements AutoCloseable {
  /// How long a connection may take to be made.
  static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Kubeconfig kubeconfig;
  private @Nullable HttpClient requests;
  private @Nullable HttpClient streams;

  Connections(Kubeconfig kubeconfig) {
    this.kubeconfig = kubeconfig;
  }

  /// Made when it is needed first: it would delay the start of the control plane. Made again when
  /// an error, such as a lack of memory, ended it.
  synchronized HttpClient requests() throws IOException {
    var known = requests;
    if (known == null || known.isTerminated()) {
      // Without TLS there is no way to agree on HTTP/2 but an upgrade, which proxies may not know.
      var isSecure = "https".equals(kubeconfig.server().getScheme());
      known = client(isSecure ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1);
      requests = known;
    }
    return known;
  }

  synchronized HttpClient streams() throws IOException {
    var known = streams;
    if (known == null || known.isTerminated()) {
      known = client(HttpClient.Version.HTTP_1_1);
      streams = known;
    }
    return known;
  }

  private HttpClient client(HttpClient.Version version) throws IOException {
    try {
      return HttpClient.newBuilder()
          .version(version)
          .connectTimeout(PATIENCE)
          .executor(Executors.newVirtualThreadPerTaskExecutor())
          .sslContext(Tls.context(kubeconfig.authority(), Authorization.certificate(kubeconfig)))
          .build();
    } catch (UncheckedIOException e) {
      // Too many open files.
      throw e.getCause();
    }
  }

  /// After a request without an answer the next one connects anew: the network may drop what is
  /// sent on the connection, which TCP notices after many minutes. Requests under way end.
  synchronized void renew(HttpClient silent) {
    if (silent.equals(requests)) {
      requests = null;
      silent.shutdown();
    }
  }

  @Override
  public synchronized void close() {
    if (requests != null) {
      requests.shutdownNow();
    }
    if (streams != null) {
      streams.shutdownNow();
    }
  }
}
