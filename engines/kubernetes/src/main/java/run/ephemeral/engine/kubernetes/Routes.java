package run.ephemeral.engine.kubernetes;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.gateway.Switchboard;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.spec.ComponentName;

/// Leads the gateway to the ready services of a cluster: a port of this machine for each, whose
/// connections go on to the service.
final class Routes implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Routes.class);

  private final Switchboard switchboard;
  private final Lines lines;
  private final Map<EnvironmentId, Led> relays = new ConcurrentHashMap<>();
  private volatile boolean closed;

  private record Led(EnvironmentName name, Map<ComponentName, Relay> relays) {}

  Routes(Switchboard switchboard, Lines lines) {
    this.switchboard = switchboard;
    this.lines = lines;
  }

  /// Sets the routes of an environment to these services, and removes all others.
  void lead(EnvironmentKey environment, Map<ComponentName, Lines.Destination> ready) {
    relays.compute(
        environment.id(),
        (_, before) -> {
          if (closed) {
            return before;
          }
          var now =
              new HashMap<>(before == null ? Map.<ComponentName, Relay>of() : before.relays());
          for (var old : Map.copyOf(now).entrySet()) {
            if (!ready.containsKey(old.getKey())) {
              switchboard.unroute(environment.name(), old.getKey());
              now.remove(old.getKey());
              old.getValue().close();
            }
          }
          ready.forEach((service, to) -> lead(environment, service, to, now));
          return now.isEmpty() ? null : new Led(environment.name(), now);
        });
  }

  private void lead(
      EnvironmentKey environment,
      ComponentName service,
      Lines.Destination to,
      Map<ComponentName, Relay> now) {
    try {
      var relay = now.get(service);
      if (relay == null) {
        relay = Relay.open(lines, to);
        now.put(service, relay);
      }
      relay.leadTo(to);
      var port = switchboard.routed(environment.name(), service);
      if (port.isEmpty() || port.getAsInt() != relay.port()) {
        switchboard.route(environment.name(), service, relay.port());
      }
    } catch (IOException e) {
      LOG.warn("no port for {} of {}: {}", service, environment.name(), e.toString());
    }
  }

  /// Removes one route, so that visitors are held from now on.
  void cut(EnvironmentKey environment, ComponentName service) {
    relays.computeIfPresent(
        environment.id(),
        (_, before) -> {
          var now = new HashMap<>(before.relays());
          var relay = now.remove(service);
          if (relay != null) {
            switchboard.unroute(environment.name(), service);
            relay.close();
          }
          return now.isEmpty() ? null : new Led(environment.name(), now);
        });
  }

  /// Removes every route: the ports are free afterwards, and another service may get them. Later
  /// calls of [#lead] do nothing.
  @Override
  public void close() {
    closed = true;
    for (var environment : relays.keySet()) {
      relays.computeIfPresent(
          environment,
          (_, led) -> {
            led.relays()
                .forEach(
                    (service, relay) -> {
                      switchboard.unroute(led.name(), service);
                      relay.close();
                    });
            return null;
          });
    }
  }
}
