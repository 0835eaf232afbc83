package run.ephemeral.gateway;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/// How many of the files that the process may open are for clients' connections.
///
/// The gateway shares its process with the rest of the control plane, which fails in worse ways
/// than a closed connection when it cannot open a file: connections to PostgreSQL, pipes of
/// builds, logs, `/proc`.
final class OpenFiles {
  private OpenFiles() {}

  /// The number of files the process may open; `Long.MAX_VALUE` if unknown.
  static long most() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? unix.getMaxFileDescriptorCount()
        : Long.MAX_VALUE;
  }

  /// A fifth, and at least 200, is kept for the control plane; a tenth is for listeners. What is
  /// left is shared by clients and services: a client's request has one connection to a service
  /// at most, and half as many more are kept idle ([#idle]). So each client needs 2.5 files.
  static int connections(long files) {
    long listeners = files / 10;
    long reserve = Math.max(files / 5, 200);
    long clients = (files - listeners - reserve) / 5 * 2;
    return Math.clamp(clients, 10, Integer.MAX_VALUE);
  }

  /// How many idle connections to services are kept at this limit of clients' connections.
  static int idle(int connections) {
    return connections / 2;
  }
}
