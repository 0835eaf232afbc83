package run.ephemeral.gateway;

import io.netty.channel.EventLoop;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/// What all connections of one gateway share.
///
/// @param pools one for each event loop, used by its thread only
/// @param publicPort the port that visitors see
record Common(
    GatewayConfig config,
    Router router,
    Holding holding,
    InstantSource clock,
    Map<EventLoop, Pool> pools,
    Clients clients,
    AtomicInteger publicPort) {
  /// Closes unused connections when no file can be opened.
  void spareFiles() {
    clients.spare();
    pools.values().forEach(Pool::spare);
  }

  GatewayConfig.Limits limits() {
    return config.limits();
  }
}
