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

/// The stable address of each service: a port of the front door that is the same as long as the
/// environment lives, through restarts of the service and of the control plane, so that it can
/// be handed to other services once.
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

  /// The address, opened now if it is not open.
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

  /// The port of each service that was given one. What is no port was never given.
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
                LOG.warn("the address of {} in environment {} is none", service, environment, e);
              }
            });
    return ports;
  }

  /// The services whose address was handed out and is not open, so that nobody can reach them
  /// there.
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
