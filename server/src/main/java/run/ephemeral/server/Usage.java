package run.ephemeral.server;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.environment.Environments;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.name.EnvironmentName;

/// Writes the time of each environment's last visit to its row every 20 seconds, if it changed.
final class Usage implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Usage.class);
  private static final Duration BETWEEN = Duration.ofSeconds(20);

  private final Environments environments;
  private final Function<EnvironmentName, Optional<Instant>> lastUsed;
  private final Map<EnvironmentId, Instant> written = new ConcurrentHashMap<>();
  private final Thread thread = Thread.ofVirtual().name("usage").unstarted(this::loop);

  /// @param lastUsed when an environment was last visited
  Usage(Environments environments, Function<EnvironmentName, Optional<Instant>> lastUsed) {
    this.environments = environments;
    this.lastUsed = lastUsed;
  }

  void start() {
    thread.start();
  }

  private void loop() {
    try {
      while (true) {
        Thread.sleep(BETWEEN);
        try {
          write();
        } catch (RuntimeException | Error e) {
          LOG.warn("cannot record visits, will retry: {}", e.toString());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// A failed write is retried in the next round and does not stop the others.
  void write() {
    var all = environments.all();
    written.keySet().retainAll(all.stream().map(Environment::id).toList());
    for (var environment : all) {
      var id = environment.id();
      lastUsed
          .apply(environment.name())
          .filter(at -> !at.equals(written.get(id)))
          .ifPresent(at -> write(environment, at));
    }
  }

  private void write(Environment environment, Instant at) {
    try {
      environments.used(environment.id(), at);
      written.put(environment.id(), at);
    } catch (RuntimeException | Error e) {
      LOG.warn("cannot record the visit of {}, will retry: {}", environment.name(), e.toString());
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
