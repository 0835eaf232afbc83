package run.ephemeral.gateway;

import io.netty.channel.EventLoop;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/// What all connections of one gateway share.
///
/// @param pools one an event loop, used by its thread only
/// @param publicPort the port that visitors see
record Common(
    GatewayConfig config,
    Router router,
    Holding holding,
    InstantSource clock,
    Map<EventLoop, Pool> pools,
    Clients clients,
    AtomicInteger publicPort) {
  /// No file could be opened: gives up what is open and not in use.
  void spareFiles() {
    clients.spare();
    pools.values().forEach(Pool::spare);
  }

  GatewayConfig.Limits limits() {
    return config.limits();
  }
}
