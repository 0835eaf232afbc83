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
    AtomicInteger connections,
    AtomicInteger publicPort) {
  GatewayConfig.Limits limits() {
    return config.limits();
  }
}
