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

/// Writes down now and then when each environment was last visited. Nothing is written while
/// nobody visits.
final class Usage implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Usage.class);
  private static final Duration BETWEEN = Duration.ofSeconds(20);

  private final Environments environments;
  private final Function<EnvironmentName, Optional<Instant>> lastUsed;
  private final Map<EnvironmentId, Instant> written = new ConcurrentHashMap<>();
  private final Thread thread = Thread.ofVirtual().name("usage").unstarted(this::loop);

  /// @param lastUsed when an environment was last visited, if it was
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
          LOG.warn("visits cannot be noted: {}", e.toString());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// What cannot be written is written the next time, and keeps nothing else from it.
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
      LOG.warn("a visit of {} cannot be noted: {}", environment.name(), e.toString());
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
