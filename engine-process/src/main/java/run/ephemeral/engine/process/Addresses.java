package run.ephemeral.engine.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import run.ephemeral.core.engine.FrontDoor;
import run.ephemeral.core.environment.Environment.Place;
import run.ephemeral.core.spec.ComponentName;

/// The stable address of each service of an environment. It stays while the environment lives,
/// through restarts of the service and of the control plane, so that it can be handed to other
/// services once.
final class Addresses {
  private final Home home;
  private final FrontDoor frontDoor;

  Addresses(Home home, FrontDoor frontDoor) {
    this.home = home;
    this.frontDoor = frontDoor;
  }

  /// The address, opened now if it is not open.
  synchronized int port(Place environment, ComponentName service) {
    var known = new TreeMap<>(written(environment));
    var wanted = Integer.parseInt(known.getOrDefault(service.value(), "0"));
    var port = frontDoor.address(environment.name(), service, wanted);
    if (port != wanted) {
      known.put(service.value(), Integer.toString(port));
      try {
        Facts.write(file(environment), known);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return port;
  }

  Optional<Integer> knownPort(Place environment, ComponentName service) {
    return Optional.ofNullable(known(environment).get(service.value()));
  }

  /// Opens every address the environment was given before.
  void open(Place environment) {
    written(environment).keySet().forEach(service -> port(environment, new ComponentName(service)));
  }

  /// The port of each service that was given one.
  Map<String, Integer> known(Place environment) {
    var ports = new TreeMap<String, Integer>();
    written(environment).forEach((service, port) -> ports.put(service, Integer.valueOf(port)));
    return ports;
  }

  private Map<String, String> written(Place environment) {
    try {
      return Facts.read(file(environment)).orElse(Map.of());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path file(Place environment) {
    return home.of(environment).resolve("addresses");
  }
}
