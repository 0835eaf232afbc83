package run.ephemeral.engine.process.instance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.engine.process.file.Folders;

/// The ports that programs listen on, from Linux' `/proc`. Other systems report none.
public final class Listening {
  private static final Logger LOG = LoggerFactory.getLogger(Listening.class);
  private static final Path PROC = Path.of("/proc");
  private static final String LISTENS = "0A";
  private static final String SOCKET = "socket:[";

  private Listening() {}

  public static SortedSet<Integer> ports(Collection<ProcessHandle> processes) {
    var ports = new TreeSet<Integer>();
    var known = portsBySocket();
    for (var process : processes) {
      for (var file : files(process.pid())) {
        socket(file).map(known::get).ifPresent(ports::add);
      }
    }
    return ports;
  }

  /// Every port of the machine that is listened on; empty if the system reports none.
  public static Optional<Set<Integer>> ports() {
    var ports = Set.copyOf(portsBySocket().values());
    return ports.isEmpty() ? Optional.empty() : Optional.of(ports);
  }

  /// Why a service that listens elsewhere cannot be reached, and what to do.
  ///
  /// @param port where it should listen
  public static Optional<String> elsewhere(Collection<ProcessHandle> processes, int port) {
    var ports = ports(processes);
    if (ports.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        ports.contains(port)
            ? "it listens there, but not on 127.0.0.1 or ::1; make it listen on one of them"
            : "it listens on %s instead; make it listen on the port in $PORT"
                .formatted(String.join(", ", ports.stream().map(String::valueOf).toList())));
  }

  private static Map<String, Integer> portsBySocket() {
    var ports = new HashMap<String, Integer>();
    for (var table : List.of("net/tcp", "net/tcp6")) {
      try (var lines = Files.lines(PROC.resolve(table))) {
        lines.map(line -> line.strip().split("\\s+")).forEach(row -> note(row, ports));
      } catch (IOException e) {
        LOG.debug("sockets cannot be listed", e);
      }
    }
    return ports;
  }

  /// Fields of a row: its number, the local address and port in hexadecimal digits, the remote
  /// ones, the state, and as the tenth field the number of the socket.
  private static void note(String[] row, Map<String, Integer> ports) {
    if (row.length > 9 && row[3].equals(LISTENS)) {
      var port = row[1].substring(row[1].lastIndexOf(':') + 1);
      ports.put(row[9], Integer.parseInt(port, 16));
    }
  }

  private static Collection<Path> files(long pid) {
    try {
      return Folders.list(PROC.resolve(Long.toString(pid)).resolve("fd"));
    } catch (IOException e) {
      return List.of();
    }
  }

  private static Optional<String> socket(Path file) {
    try {
      var target = Files.readSymbolicLink(file).toString();
      return target.startsWith(SOCKET)
          ? Optional.of(target.substring(SOCKET.length(), target.length() - 1))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
