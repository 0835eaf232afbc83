package run.ephemeral.postgres;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/// Free ports of the loopback interface for a server that keeps its port. They are below the range
/// for outgoing connections, one of which could take the port while the server is down.
final class Ports {
  private static final int FIRST = 15_000;
  private static final int LAST = 20_000;

  private Ports() {}

  static int free() {
    var span = LAST - FIRST;
    var offset = ThreadLocalRandom.current().nextInt(span);
    for (int i = 0; i < span; i++) {
      var port = FIRST + (offset + i) % span;
      if (isFree(port)) {
        return port;
      }
    }
    throw new PostgresTrouble("no port from %d to %d is free".formatted(FIRST, LAST));
  }

  static boolean isFree(int port) {
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
