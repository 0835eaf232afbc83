package run.ephemeral.testkit;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import run.ephemeral.core.gateway.Switchboard;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.spec.ComponentName;

/// An in-memory switchboard: records where requests would be sent. Nothing listens on its
/// addresses, and no request is ever in flight.
public final class FakeSwitchboard implements Switchboard {
  private static final int FIRST_ADDRESS = 40_000;

  private final AtomicInteger lastAddress = new AtomicInteger(FIRST_ADDRESS);
  private final Map<Key, Integer> routes = new ConcurrentHashMap<>();
  private final Map<Key, Integer> addresses = new ConcurrentHashMap<>();
  private final List<Integer> drained = new CopyOnWriteArrayList<>();

  private record Key(EnvironmentName environment, ComponentName service) {}

  /// The ports that were drained, in order.
  public List<Integer> drained() {
    return List.copyOf(drained);
  }

  /// Whether the environment has a route or an address.
  public boolean knows(EnvironmentName environment) {
    return routes.keySet().stream().anyMatch(key -> key.environment().equals(environment))
        || addresses.keySet().stream().anyMatch(key -> key.environment().equals(environment));
  }

  @Override
  public void route(EnvironmentName environment, ComponentName service, int port) {
    routes.put(new Key(environment, service), port);
  }

  @Override
  public OptionalInt routed(EnvironmentName environment, ComponentName service) {
    var port = routes.get(new Key(environment, service));
    return port == null ? OptionalInt.empty() : OptionalInt.of(port);
  }

  @Override
  public void unroute(EnvironmentName environment, ComponentName service) {
    routes.remove(new Key(environment, service));
  }

  @Override
  public void drain(int port, Duration atMost) {
    drained.add(port);
  }

  @Override
  public void forget(EnvironmentName environment) {
    routes.keySet().removeIf(key -> key.environment().equals(environment));
    addresses.keySet().removeIf(key -> key.environment().equals(environment));
  }

  @Override
  public int address(EnvironmentName environment, ComponentName service, int wanted) {
    return addresses.computeIfAbsent(
        new Key(environment, service),
        ignored -> wanted == 0 ? lastAddress.incrementAndGet() : wanted);
  }

  @Override
  public OptionalInt address(EnvironmentName environment, ComponentName service) {
    var port = addresses.get(new Key(environment, service));
    return port == null ? OptionalInt.empty() : OptionalInt.of(port);
  }

  /// Forgets an address, as if it had never been opened.
  public void close(EnvironmentName environment, ComponentName service) {
    addresses.remove(new Key(environment, service));
  }
}
