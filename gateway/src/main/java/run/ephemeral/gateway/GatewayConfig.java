package run.ephemeral.gateway;

import java.time.Duration;
import java.util.Locale;

/// Where the gateway listens, under which name, and its limits.
///
/// @param host the address to listen on for visitors; `127.0.0.1` includes `[::1]`, because
///     browsers resolve `*.localhost` to either
/// @param port 0 for any
/// @param domain what follows an environment's label in its host name
/// @param eventLoops threads that move bytes; none of them ever blocks
public record GatewayConfig(String host, int port, String domain, int eventLoops, Limits limits) {
  public GatewayConfig {
    domain = domain.toLowerCase(Locale.ROOT);
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("not a port: " + port);
    }
    if (eventLoops < 1) {
      throw new IllegalArgumentException("at least one event loop is needed");
    }
    if (domain.isEmpty() || domain.startsWith(".") || domain.endsWith(".")) {
      throw new IllegalArgumentException("not a domain: '" + domain + "'");
    }
  }

  /// This machine only, `*.localhost`, and no more connections than the process can open files
  /// for.
  public static GatewayConfig local(int port) {
    return new GatewayConfig(
        "127.0.0.1",
        port,
        "localhost",
        Runtime.getRuntime().availableProcessors(),
        Limits.usual().within(OpenFiles.most()));
  }

  public GatewayConfig withLimits(Limits others) {
    return new GatewayConfig(host, port, domain, eventLoops, others);
  }

  /// All limits.
  ///
  /// @param connections from clients, open at once, over all listeners
  /// @param perEnvironment requests at one environment at once, waiting or under way, WebSockets
  ///     included; and connections that its services have to its internal addresses
  /// @param passes how often one request may come through the gateway: services that call each
  ///     other pass a few times, a service that forwards to itself passes without end
  /// @param held requests waiting for a service, at once
  /// @param longestHold how long one of them waits
  /// @param uriLength characters of the request line
  /// @param headerSize bytes of all header fields of one message
  /// @param discarded bytes of an unwanted request body that are read so that the connection can be
  ///     used again; if more are left, the connection is closed
  /// @param clientIdle a client's connection between two requests, and the time for the next
  ///     request to arrive whole
  /// @param streamIdle a request under way without a byte in either direction
  /// @param tunnelIdle a WebSocket without a byte in either direction
  /// @param backendIdle a connection to a service between two requests
  /// @param idlePerPort idle connections to one service that each event loop keeps
  /// @param connectingPerPort connections to one service that each event loop opens at once: a
  ///     thousand released requests must not overrun its accept queue
  /// @param connect the time to open a connection to a service
  /// @param retry for how long a request that reached no service is tried again
  /// @param tunnelGrace the time that WebSockets and event streams get before a drain ends them
  public record Limits(
      int connections,
      int perEnvironment,
      int passes,
      int held,
      Duration longestHold,
      int uriLength,
      int headerSize,
      int discarded,
      Duration clientIdle,
      Duration streamIdle,
      Duration tunnelIdle,
      Duration backendIdle,
      int idlePerPort,
      int connectingPerPort,
      Duration connect,
      Duration retry,
      Duration tunnelGrace) {
    public static Limits usual() {
      return new Limits(
          20_000,
          2_000,
          10,
          10_000,
          Duration.ofSeconds(60),
          16 * 1024,
          64 * 1024,
          1024 * 1024,
          Duration.ofSeconds(75),
          Duration.ofMinutes(10),
          Duration.ofHours(1),
          Duration.ofSeconds(50),
          256,
          32,
          Duration.ofSeconds(2),
          Duration.ofSeconds(3),
          Duration.ofSeconds(1));
    }

    /// Reduced to what a process can serve that may open so many files. One environment gets at
    /// most half of the connections.
    public Limits within(long files) {
      int most = Math.min(connections, OpenFiles.connections(files));
      return withConnections(most, Math.min(perEnvironment, most / 2));
    }

    public Limits withHeld(int requests, Duration longest) {
      return with(connections, perEnvironment, requests, longest, clientIdle, streamIdle);
    }

    public Limits withConnections(int most, int mostPerEnvironment) {
      return with(most, mostPerEnvironment, held, longestHold, clientIdle, streamIdle);
    }

    public Limits withIdle(Duration client, Duration stream) {
      return with(connections, perEnvironment, held, longestHold, client, stream);
    }

    private Limits with(
        int mostConnections,
        int mostPerEnvironment,
        int mostHeld,
        Duration hold,
        Duration client,
        Duration stream) {
      return new Limits(
          mostConnections,
          mostPerEnvironment,
          passes,
          mostHeld,
          hold,
          uriLength,
          headerSize,
          discarded,
          client,
          stream,
          tunnelIdle,
          backendIdle,
          idlePerPort,
          connectingPerPort,
          connect,
          retry,
          tunnelGrace);
    }
  }
}
