package run.ephemeral.engine.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/// Free ports of the loopback interface. One that was handed out lately is not handed out
/// again, since who got it may not listen yet.
///
/// They lie below the range from which systems take the near end of outgoing connections: no
/// such connection can take a port between its choice and the moment its service listens.
final class Ports {
  private static final int FIRST = 20_000;
  private static final int LAST = 32_700;
  private static final int REMEMBERED = 1000;
  private static final List<Path> TABLES =
      List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));
  private static final String LISTENS = "0A";
  private static final int HEXADECIMAL = 16;

  private final Deque<Integer> lately = new ArrayDeque<>();

  synchronized int free() {
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

  /// Somebody has it already, though he may not listen.
  synchronized void taken(int port) {
    lately.addLast(port);
    if (lately.size() > REMEMBERED) {
      lately.removeFirst();
    }
  }

  /// Every port that somebody listens on; empty where the system does not tell.
  static Optional<Set<Integer>> listening() {
    var ports = new HashSet<Integer>();
    try {
      for (var table : TABLES) {
        for (var line : Files.exists(table) ? Files.readAllLines(table) : List.<String>of()) {
          var columns = line.strip().split("\\s+", 5);
          if (columns.length > 3 && columns[3].equals(LISTENS)) {
            var port = columns[1].substring(columns[1].lastIndexOf(':') + 1);
            ports.add(Integer.parseInt(port, HEXADECIMAL));
          }
        }
      }
    } catch (IOException e) {
      return Optional.empty();
    }
    return ports.isEmpty() ? Optional.empty() : Optional.of(ports);
  }

  private static boolean isFree(int port) {
    try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
