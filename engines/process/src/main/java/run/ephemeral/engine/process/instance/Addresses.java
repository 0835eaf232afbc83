package run.ephemeral.engine.process.instance;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.engine.Ledger;
import run.ephemeral.core.gateway.Switchboard;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.spec.ComponentName;

/// The stable address of each service: a port of the gateway that stays the same while the
/// environment lives, across restarts of the service and of the control plane, so that other
/// services get it only once.
public final class Addresses {
  private static final Logger LOG = LoggerFactory.getLogger(Addresses.class);
  private static final String KIND = "address";
  private static final String PORT = "port";

  private final Entries entries;
  private final Switchboard switchboard;

  public Addresses(Entries entries, Switchboard switchboard) {
    this.entries = entries;
    this.switchboard = switchboard;
  }

  /// The port, opened if it is not open.
  public int port(EnvironmentKey environment, ComponentName service) {
    var wanted = knownPort(environment.id(), service).orElse(0);
    var port = switchboard.address(environment.name(), service, wanted);
    if (port != wanted) {
      var key = new Ledger.Key(environment.id(), KIND, service.value());
      entries.write(key, Map.of(PORT, Integer.toString(port)));
    }
    return port;
  }

  public Optional<Integer> knownPort(EnvironmentId environment, ComponentName service) {
    return Optional.ofNullable(known(environment).get(service));
  }

  /// The port of each service that was given one. An invalid entry is ignored.
  public Map<ComponentName, Integer> known(EnvironmentId environment) {
    var ports = new TreeMap<ComponentName, Integer>();
    entries
        .of(environment, KIND)
        .forEach(
            (service, facts) -> {
              try {
                ports.put(
                    new ComponentName(service), Integer.valueOf(facts.getOrDefault(PORT, "")));
              } catch (IllegalArgumentException e) {
                LOG.warn("invalid address of {} in environment {}", service, environment, e);
              }
            });
    return ports;
  }

  /// The services whose address was given out but is not open, so that nobody can reach them.
  public Set<ComponentName> closed(EnvironmentKey environment) {
    var closed = new TreeSet<ComponentName>();
    known(environment.id())
        .forEach(
            (service, ignored) -> {
              if (switchboard.address(environment.name(), service).isEmpty()) {
                closed.add(service);
              }
            });
    return closed;
  }
}
