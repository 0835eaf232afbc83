package run.ephemeral.engine.process.instance;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ThreadLocalRandom;

/// Free ports of the loopback interface. A port given out lately is not given out again, since its
/// service may not listen yet.
///
/// The ports are below the range from which systems take local ports of outgoing connections: no
/// such connection can take a port before its service listens.
public final class Ports {
  private static final int FIRST = 20_000;
  private static final int LAST = 32_700;
  private static final int REMEMBERED = 1000;

  private static final boolean HAS_SIX = canBind("::1", 0);

  private final Deque<Integer> lately = new ArrayDeque<>();

  public synchronized int free() {
    var span = LAST - FIRST;
    var offset = ThreadLocalRandom.current().nextInt(span);
    for (int i = 0; i < span; i++) {
      var port = FIRST + (offset + i) % span;
      if (!lately.contains(port) && isFree(port)) {
        taken(port);
        return port;
      }
    }
    throw new IllegalStateException("no port is free");
  }

  /// Reserves a port that is in use, though its owner may not listen yet.
  public synchronized void taken(int port) {
    lately.addLast(port);
    if (lately.size() > REMEMBERED) {
      lately.removeFirst();
    }
  }

  /// A service may listen on either loopback address, and another program on the other one.
  private static boolean isFree(int port) {
    return canBind("127.0.0.1", port) && (!HAS_SIX || canBind("::1", port));
  }

  private static boolean canBind(String loopback, int port) {
    try (var socket = new ServerSocket(port, 1, InetAddress.ofLiteral(loopback))) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
