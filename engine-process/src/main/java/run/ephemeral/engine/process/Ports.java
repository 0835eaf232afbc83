package run.ephemeral.engine.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayDeque;
import java.util.Deque;

/// Free ports of the loopback interface. One that was handed out lately is not handed out
/// again, since who got it may not listen yet.
final class Ports {
  private static final int REMEMBERED = 1000;

  private final Deque<Integer> lately = new ArrayDeque<>();

  synchronized int free() {
    for (int i = 0; i < REMEMBERED; i++) {
      try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        var port = socket.getLocalPort();
        if (!lately.contains(port)) {
          lately.addLast(port);
          if (lately.size() > REMEMBERED) {
            lately.removeFirst();
          }
          return port;
        }
      } catch (IOException e) {
        throw new UncheckedIOException("no port is free", e);
      }
    }
    throw new IllegalStateException("no port is free");
  }
}
