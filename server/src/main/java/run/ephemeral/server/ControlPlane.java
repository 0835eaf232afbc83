package run.ephemeral.server;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.quarkus.runtime.Quarkus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.eclipse.microprofile.config.ConfigProvider;
import run.ephemeral.postgres.PostgresServer;
import run.ephemeral.wire.ServerFile;

/// The one control plane of this process, from start to shutdown.
public final class ControlPlane {
  private static final CompletableFuture<ControlPlane> CURRENT = new CompletableFuture<>();

  private final Settings settings;
  private final HomeLock lock;
  private final PostgresServer postgres;
  private final Wiring wiring;
  private final Set<String> localNames;
  private final Instant startedAt = Instant.now();
  private volatile boolean keepRunning;
  private volatile boolean purge;

  private ControlPlane(Settings settings, HomeLock lock, PostgresServer postgres) {
    this.settings = settings;
    this.localNames = settings.localNames();
    this.lock = lock;
    this.postgres = postgres;
    this.wiring = new Wiring(settings, postgres);
  }

  /// Starts everything but the API, in parallel with Quarkus. If that fails, a PostgreSQL started
  /// here is stopped again, and [#current] throws the cause.
  static void prepare(Settings settings, HomeLock lock) {
    Thread.ofPlatform()
        .name("prepare")
        .start(
            () -> {
              var postgres = new PostgresServer(settings.home().resolve("postgres"));
              try {
                var plane = new ControlPlane(settings, lock, postgres);
                plane.wiring.start();
                CURRENT.complete(plane);
              } catch (RuntimeException | Error e) {
                postgres.undo();
                CURRENT.completeExceptionally(e);
              }
            });
  }

  /// Waits until the control plane has started.
  ///
  /// @throws CompletionException if it failed to start, with the cause
  static ControlPlane current() {
    return CURRENT.join();
  }

  static CompletableFuture<ControlPlane> starting() {
    return CURRENT.copy();
  }

  public Wiring wiring() {
    return wiring;
  }

  public Instant startedAt() {
    return startedAt;
  }

  public Optional<String> token() {
    return settings.token();
  }

  public boolean isLoopback() {
    return settings.isLoopback();
  }

  /// Host names that are accepted in a `Host` header when listening on a loopback address.
  public Set<String> localNames() {
    return localNames;
  }

  public String host() {
    return settings.host();
  }

  public int port() {
    return settings.port();
  }

  public static String version() {
    return ConfigProvider.getConfig().getValue("quarkus.application.version", String.class);
  }

  /// Writes the file by which the command line finds the control plane. Readable by its owner
  /// only, because it contains the token.
  void announce() throws IOException {
    var file =
        new ServerFile(
            ProcessHandle.current().pid(),
            settings.api(),
            wiring.gatewayUrl(),
            version(),
            settings.token().orElse(null));
    var half = settings.home().resolve("server.json.new");
    Files.deleteIfExists(half);
    var owner = PosixFilePermissions.fromString("rw-------");
    Files.createFile(half, PosixFilePermissions.asFileAttribute(owner));
    Files.write(half, new JsonMapper().writeValueAsBytes(file));
    Files.move(
        half,
        settings.home().resolve("server.json"),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  /// Starts the shutdown and returns at once, so that the request can still be answered.
  public void endSoon(boolean purging, boolean keeping) {
    purge = purging;
    keepRunning = keeping;
    // Ends streams, for which Quarkus would wait.
    wiring.hub().close();
    Quarkus.asyncExit(0);
  }

  /// The API cannot be served: if PostgreSQL was adopted, everything is left running for the next
  /// control plane.
  void giveUp() {
    keepRunning = postgres.wasFound();
  }

  void end() throws IOException, InterruptedException {
    wiring.stop(keepRunning);
    Files.deleteIfExists(settings.home().resolve("server.json"));
    if (purge && lock.isHeld()) {
      Main.empty(settings.home());
    }
  }
}
