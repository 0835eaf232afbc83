package run.ephemeral.engine.kubernetes;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A port of this machine whose connections lead to a service of a cluster. A connection that
/// cannot be led there is closed, which the gateway answers like a service that ends.
final class Relay implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Relay.class);
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
  private static final int BACKLOG = 128;
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final int MOST = 512;

  private final Lines lines;
  private final ServerSocket listener;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final Semaphore room = new Semaphore(MOST);
  private volatile Lines.Destination to;

  private Relay(Lines lines, Lines.Destination to, ServerSocket listener) {
    this.lines = lines;
    this.to = to;
    this.listener = listener;
  }

  static Relay open(Lines lines, Lines.Destination to) throws IOException {
    var relay = new Relay(lines, to, new ServerSocket(0, BACKLOG, LOOPBACK));
    Thread.ofVirtual().name("relay-" + relay.port()).start(relay::accept);
    return relay;
  }

  int port() {
    return listener.getLocalPort();
  }

  /// Leads new connections there; those that are open stay.
  void leadTo(Lines.Destination destination) {
    to = destination;
  }

  /// Goes on after a failure, such as when no more files may be opened.
  private void accept() {
    try {
      while (!listener.isClosed()) {
        try {
          acceptOne();
        } catch (IOException e) {
          if (!listener.isClosed()) {
            LOG.warn("port {} cannot take a connection: {}", port(), e.toString());
            Thread.sleep(PAUSE);
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void acceptOne() throws IOException {
    var socket = listener.accept();
    if (room.tryAcquire()) {
      Thread.ofVirtual().name("relayed").start(() -> serve(socket));
    } else {
      socket.close();
    }
  }

  private void serve(Socket socket) {
    open.add(socket);
    try (socket) {
      if (!listener.isClosed()) {
        lines.join(socket, to);
      }
    } catch (IOException | RuntimeException e) {
      LOG.debug("a connection to {} ended", to, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(socket);
      room.release();
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
      for (var socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      LOG.debug("port {} cannot be closed", port(), e);
    }
  }
}
