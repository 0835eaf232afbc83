package run.ephemeral.gateway;

import io.netty.channel.Channel;
import java.util.OptionalInt;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.gateway.Router.Entrance;

/// The internal addresses: one listener for each service that another service may call.
///
/// Opening and closing a listener waits for an event loop, so it happens under a lock of its
/// own, [Site#addresses()], which no event loop ever takes.
final class Addresses {
  private static final String LOOPBACK = "127.0.0.1";

  private final RouteTable table;
  private final Listeners listeners;

  Addresses(RouteTable table, Listeners listeners) {
    this.table = table;
    this.listeners = listeners;
  }

  /// @throws java.io.UncheckedIOException if no listener can be opened, as for lack of file
  ///     descriptors; open listeners stay open
  int open(EnvironmentName environment, ComponentName service, int wanted) {
    while (true) {
      var site = table.siteFor(environment);
      synchronized (site.addresses()) {
        var listener = listener(site.door(service), wanted);
        if (table.site(environment.value()) == site) {
          return Listeners.port(listener);
        }
        listener.close().awaitUninterruptibly();
      }
    }
  }

  /// The port of an address that is open; empty when it is not.
  OptionalInt port(EnvironmentName environment, ComponentName service) {
    var site = table.site(environment.value());
    var door = site == null ? null : site.existing(service);
    var listener = door == null ? null : door.listener();
    return listener == null || !listener.isOpen()
        ? OptionalInt.empty()
        : OptionalInt.of(Listeners.port(listener));
  }

  private Channel listener(Door door, int wanted) {
    var listener = door.listener();
    if (listener == null || !listener.isOpen()) {
      var entrance = new Entrance.Internal(door.site().name(), door.service());
      listener = wanted == 0 ? null : listeners.tryBind(entrance, LOOPBACK, wanted);
      listener = listener == null ? listeners.bind(entrance, LOOPBACK, 0) : listener;
      door.listener(listener);
    }
    return listener;
  }

  /// Closes the listeners of a site that has left the table. A thread that opens another one for
  /// that site notices this and closes it again.
  void close(Site site) {
    synchronized (site.addresses()) {
      for (var door : site.doors()) {
        var listener = door.listener();
        if (listener != null) {
          listener.close().awaitUninterruptibly();
        }
      }
    }
  }
}
