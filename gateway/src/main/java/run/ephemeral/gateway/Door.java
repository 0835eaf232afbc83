package run.ephemeral.gateway;

import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;
import run.ephemeral.core.spec.ComponentName;

/// The way into one service: the target of its requests, and its listener for other services.
final class Door {
  private final Site site;
  private final ComponentName service;
  private volatile @Nullable Target target;
  private volatile @Nullable Channel listener;

  Door(Site site, ComponentName service) {
    this.site = site;
    this.service = service;
  }

  Site site() {
    return site;
  }

  ComponentName service() {
    return service;
  }

  @Nullable Target target() {
    return target;
  }

  /// Only [RouteTable] calls this, so that a port never has two doors.
  void lead(@Nullable Target to) {
    target = to;
  }

  @Nullable Channel listener() {
    return listener;
  }

  void listener(@Nullable Channel opened) {
    listener = opened;
  }
}
