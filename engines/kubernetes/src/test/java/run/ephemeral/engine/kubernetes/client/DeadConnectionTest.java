package run.ephemeral.engine.kubernetes.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import run.ephemeral.testkit.TestBed;

/// A network between us and the API server that forgets connections without a word, as firewalls
/// and load balancers do.
@EnabledIf("run.ephemeral.testkit.TestBed#isUp")
class DeadConnectionTest {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Relay relay = new Relay();
  private ApiServer api;

  @BeforeEach
  void connect() throws Exception {
    var known = Kubeconfig.read(Files.readString(TestBed.kubeconfig()), Optional.empty());
    relay.to = known.server();
    var here = URI.create("https://127.0.0.1:" + relay.server.getLocalPort());
    api = new ApiServer(new Kubeconfig(here, known.authority(), known.user()), PATIENCE);
  }

  @AfterEach
  void close() throws IOException {
    api.close();
    relay.close();
  }

  @Test
  void requestsShareAConnectionAndTheNextOneConnectsAnewWhenItIsDead() {
    for (int i = 0; i < 5; i++) {
      assertThat(api.get("/api/v1/namespaces/default")).isPresent();
    }
    assertThat(relay.connections).as("connections").hasValue(1);
    relay.forget();
    var failure =
        catchThrowableOfType(ApiException.class, () -> api.get("/api/v1/namespaces/default"));
    assertThat(failure).hasMessageEndingWith("does not answer: no whole answer within 2 s");
    assertThat(api.get("/api/v1/namespaces/default")).isPresent();
    assertThat(relay.connections).as("connections").hasValue(2);
  }

  /// Copies bytes in both directions, until it forgets a connection: then it drops them.
  private static final class Relay implements AutoCloseable {
    final ServerSocket server;
    final AtomicInteger connections = new AtomicInteger();
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private volatile int forgotten;
    private volatile URI to = URI.create("https://127.0.0.1:1");

    Relay() {
      try {
        server = new ServerSocket(0, 0, InetAddress.ofLiteral("127.0.0.1"));
      } catch (IOException e) {
        throw new AssertionError(e);
      }
      Thread.startVirtualThread(this::accept);
    }

    private void accept() {
      try {
        while (true) {
          var near = server.accept();
          var far = new Socket();
          open.addAll(List.of(near, far));
          far.connect(new InetSocketAddress(to.getHost(), to.getPort()));
          var number = connections.incrementAndGet();
          copy(number, near.getInputStream(), far.getOutputStream());
          copy(number, far.getInputStream(), near.getOutputStream());
        }
      } catch (IOException e) {
        // Closed.
      }
    }

    private void copy(int number, InputStream from, OutputStream into) {
      Thread.startVirtualThread(
          () -> {
            var bytes = new byte[8192];
            try {
              for (var count = from.read(bytes); count >= 0; count = from.read(bytes)) {
                if (number > forgotten) {
                  into.write(bytes, 0, count);
                }
              }
            } catch (IOException e) {
              // Closed.
            }
          });
    }

    /// Drops everything on the connections of before.
    void forget() {
      forgotten = connections.get();
    }

    @Override
    public void close() throws IOException {
      server.close();
      for (var socket : open) {
        socket.close();
      }
    }
  }
}
