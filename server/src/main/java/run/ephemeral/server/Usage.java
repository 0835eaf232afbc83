package run.ephemeral.server;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.engine.FrontDoor;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.environment.EnvironmentId;
import run.ephemeral.core.environment.Environments;

/// Writes down now and then when each environment was last visited. Nothing is written while
/// nobody visits.
final class Usage implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Usage.class);
  private static final Duration BETWEEN = Duration.ofSeconds(20);

  private final Environments environments;
  private final FrontDoor frontDoor;
  private final Map<EnvironmentId, Instant> written = new ConcurrentHashMap<>();
  private final Thread thread = Thread.ofVirtual().name("usage").unstarted(this::loop);

  Usage(Environments environments, FrontDoor frontDoor) {
    this.environments = environments;
    this.frontDoor = frontDoor;
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
        } catch (RuntimeException e) {
          LOG.warn("visits cannot be noted: {}", e.toString());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void write() {
    var all = environments.all();
    written.keySet().retainAll(all.stream().map(Environment::id).toList());
    for (var environment : all) {
      frontDoor
          .lastUsed(environment.name())
          .filter(at -> !at.equals(written.put(environment.id(), at)))
          .ifPresent(at -> environments.used(environment.id(), at));
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
