package run.ephemeral.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One PostgreSQL server in one folder of this machine, listening on loopback only.
///
/// The server outlives its control plane: a running one is adopted. While it is watched, a server
/// that ends by itself is started again. Nothing here depends on what databases are for.
public final class PostgresServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresServer.class);
  private static final String USER = "ephemeral";
  private static final String LOG_FILE = "postgres.log";
  private static final int START_SECONDS = 60;
  private static final int STOP_SECONDS = 60;
  private static final Pattern OTHERS_THERE =
      Pattern.compile(
          "pre-existing shared memory|(lock|PID) file .* (already exists|is empty)"
              + "|could not remove old lock file");
  private static final int MOST_LAUNCHES = 5;
  private static final Duration BETWEEN_LAUNCHES = Duration.ofSeconds(1);
  private static final Duration BETWEEN_QUESTIONS = Duration.ofMillis(50);

  private final Path folder;
  private final Path data;
  private final Programs programs;
  private final Invocation invocation;
  private final BoundedLog log;
  private final ReentrantLock lock = new ReentrantLock();
  private Optional<Address> address = Optional.empty();
  private boolean launched;
  private volatile boolean stopping;

  public PostgresServer(Path folder) {
    this(folder, Programs.in(folder), new BoundedLog(folder.resolve(LOG_FILE)));
  }

  PostgresServer(Path folder, Programs programs, BoundedLog log) {
    this.folder = folder;
    this.data = new DataFolder(folder).folder();
    this.programs = programs;
    this.invocation = new Invocation(programs.folder());
    this.log = log;
  }

  /// Starts the server, or adopts a running one. The first time, unpacks its programs and creates
  /// its data.
  ///
  /// @throws PostgresTrouble with what to do
  public Address start() {
    stopping = false;
    return bringUp();
  }

  private Address bringUp() {
    lock.lock();
    try {
      if (stopping) {
        throw new PostgresTrouble("PostgreSQL is being stopped");
      }
      Files.createDirectories(folder);
      dropHalves();
      var known = new DataFolder(folder);
      if (known.isThere()) {
        known.check(programs.major());
      }
      programs.unpack();
      if (!known.isThere()) {
        known.setUp(invocation, USER);
      }
      address = Optional.of(adoptOrLaunch());
      tidyPrograms();
      return address();
    } catch (IOException e) {
      var why = LastLines.full(folder, e.toString());
      throw new PostgresTrouble(
          why.orElse("PostgreSQL cannot be started in " + folder + ": " + e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PostgresTrouble("interrupted while PostgreSQL started", e);
    } finally {
      lock.unlock();
    }
  }

  /// Removes other versions' programs if the server is known to run from those of this version.
  private void tidyPrograms() {
    var command = lockFile().holder().flatMap(process -> process.info().command());
    if (command.filter(programs::isOfThis).isPresent()) {
      programs.dropOthers();
    } else {
      command.ifPresent(
          other -> LOG.info("{} still runs; its next start uses {}", other, programs.version()));
    }
  }

  /// The running server, if any. Waits for a server that was just started and does not answer yet.
  private Optional<Address> adopt() throws IOException, InterruptedException {
    var until = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    for (var found = lockFile().holder(); found.isPresent(); found = lockFile().holder()) {
      var port = lockFile().port();
      if (port.isPresent() && answers(at(port.get()))) {
        LOG.info("PostgreSQL runs already on port {}", port.get());
        return Optional.of(at(port.get()));
      }
      if (System.nanoTime() > until) {
        throw new PostgresTrouble(
            "PostgreSQL runs as process %d but does not answer; end it with `kill %<d`"
                .formatted(found.get().pid()));
      }
      Thread.sleep(BETWEEN_QUESTIONS);
    }
    return Optional.empty();
  }

  public Address address() {
    return address.orElseThrow(() -> new IllegalStateException("PostgreSQL was not started"));
  }

  /// Starts the server again whenever it ends by itself, until [#stop()] or [#close()].
  ///
  /// @param restarted gets a sentence about every such restart
  public void watch(Consumer<String> restarted) {
    Thread.ofPlatform().name("postgres-watch").daemon().start(() -> watchUntilStopped(restarted));
  }

  private void watchUntilStopped(Consumer<String> restarted) {
    var trouble = "";
    var served = Optional.<Long>empty();
    while (!stopping) {
      var server = lockFile().holder();
      served = server.isPresent() ? server.map(ProcessHandle::pid) : served;
      server.ifPresent(this::awaitEnd);
      if (stopping) {
        return;
      }
      var began = System.nanoTime();
      try {
        bringUp();
        trouble = "";
        if (served.equals(lockFile().holder().map(ProcessHandle::pid))) {
          // The server never ended: it could not be looked at, such as for lack of descriptors.
          pause();
          continue;
        }
        var millis = (System.nanoTime() - began) / 1_000_000;
        var sentence = "PostgreSQL ended by itself and was started again in " + millis + " ms";
        LOG.warn(sentence);
        restarted.accept(sentence);
      } catch (RuntimeException e) {
        if (!trouble.equals(String.valueOf(e.getMessage()))) {
          LOG.error("PostgreSQL cannot be started again, retrying every second", e);
        }
        trouble = String.valueOf(e.getMessage());
        pause();
      }
    }
  }

  /// Waits for the end of the server. Trims its log meanwhile, except while a start reads the log.
  private void awaitEnd(ProcessHandle server) {
    while (!stopping && server.isAlive()) {
      if (lock.tryLock()) {
        try {
          log.trim();
        } finally {
          lock.unlock();
        }
      }
      try {
        server.onExit().get(BoundedLog.BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        // it runs
      } catch (ExecutionException e) {
        throw new IllegalStateException("the end of a process cannot be waited for", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(1000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Stops the server, if it runs: ends all sessions and writes the data.
  public void stop() {
    lock.lock();
    try {
      stopping = true;
      if (lockFile().holder().isEmpty()) {
        return;
      }
      control("stop", "-m", "fast", "-w", "-t", Integer.toString(STOP_SECONDS));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  /// Whether the server was running already and was adopted.
  public boolean wasFound() {
    return !launched;
  }

  /// Stops the server if this object started it; an adopted one keeps running.
  public void undo() {
    if (launched) {
      stop();
    }
  }

  /// Stops watching the server, which keeps running.
  @Override
  public void close() {
    stopping = true;
  }

  /// Retries, because PostgreSQL does not start while processes of a killed server still use the
  /// data; they end by themselves. If another server is started meanwhile, such as by a start that
  /// a killed control plane had begun, that one is adopted.
  private Address adoptOrLaunch() throws IOException, InterruptedException {
    for (int tries = 1; ; tries++) {
      var running = adopt();
      if (running.isPresent()) {
        return running.get();
      }
      var port = port();
      if (lockFile().holder().isPresent()) {
        continue;
      }
      try {
        var address = launch(port);
        launched = true;
        return address;
      } catch (PostgresTrouble e) {
        var message = String.valueOf(e.getMessage());
        if (tries == MOST_LAUNCHES || !OTHERS_THERE.matcher(message).find()) {
          throw e;
        }
        LOG.info("PostgreSQL does not start yet: {}", message);
        Thread.sleep(BETWEEN_LAUNCHES);
      }
    }
  }

  private Address launch(int port) throws IOException, InterruptedException {
    portFile().write(port);
    new DataFolder(folder).configure();
    lockFile().release();
    log.trim();
    var file = folder.resolve(LOG_FILE);
    var from = Files.exists(file) ? Files.size(file) : 0;
    try {
      control(
          "start",
          "-w",
          "-t",
          Integer.toString(START_SECONDS),
          "-l",
          file.toString(),
          "-o",
          "-p " + port);
    } catch (PostgresTrouble e) {
      throw new PostgresTrouble(
          new LastLines(file, from).why(data, String.valueOf(e.getMessage())), e);
    }
    var address = at(port);
    keepOthersOut(address);
    return address;
  }

  /// The last port, or another one if that is taken. Once this object has an address, services may
  /// know its port: then the port stays or the start fails.
  private int port() throws IOException, InterruptedException {
    var last = portFile().read();
    for (int tries = 0; last.isPresent() && tries < MOST_LAUNCHES; tries++) {
      if (Ports.isFree(last.get())) {
        return last.get();
      }
      // Processes of a killed server, or another check like this, may hold the port for a moment.
      Thread.sleep(BETWEEN_LAUNCHES.dividedBy(MOST_LAUNCHES));
    }
    if (address.isPresent()) {
      throw new PostgresTrouble(
          "port %d, by which services know PostgreSQL, is taken by another program; stop that"
              .formatted(address.get().port()));
    }
    last.ifPresent(port -> LOG.warn("port {} is taken; PostgreSQL gets another", port));
    return Ports.free();
  }

  /// By default every role may connect to the databases that come with the server, and every
  /// session may write to the server's log: with RAISE LOG, or with settings such as
  /// `debug_print_parse`. Both are turned off; only a superuser can turn the logging on again.
  private static void keepOthersOut(Address address) {
    try (var connection = connect(address);
        var statement = connection.createStatement()) {
      statement.execute("REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC");
      statement.execute("ALTER ROLE ALL SET log_min_messages = fatal");
    } catch (SQLException e) {
      throw new PostgresTrouble("PostgreSQL was started but does not answer", e);
    }
  }

  private static Connection connect(Address address) throws SQLException {
    return DriverManager.getConnection(
        address.jdbcUrl("postgres"), address.user(), address.password());
  }

  private void control(String... arguments) throws IOException, InterruptedException {
    var all = new ArrayList<>(List.of("-D", data.toString()));
    all.addAll(List.of(arguments));
    var output = folder.resolve("control.log");
    programs.unpack();
    invocation.run(START_SECONDS + 5, output, "pg_ctl", all.toArray(String[]::new));
  }

  private Address at(int port) throws IOException {
    var password = Files.readString(folder.resolve("password"));
    return new Address("127.0.0.1", port, USER, password);
  }

  private LockFile lockFile() {
    return new LockFile(data.resolve("postmaster.pid"), programs);
  }

  private PortFile portFile() {
    return new PortFile(folder.resolve("port"));
  }

  private static boolean answers(Address address) {
    try (var connection = connect(address)) {
      return connection.isValid(5);
    } catch (SQLException e) {
      LOG.debug("the server that was found does not answer: {}", e.getMessage());
      return false;
    }
  }

  /// Removes incomplete programs and data of a control plane that was killed. A folder that cannot
  /// be removed, because it is still written to, is left to the next start.
  private void dropHalves() throws IOException {
    try (var entries = Files.newDirectoryStream(folder, "{data-,unpack-}*")) {
      entries.forEach(Programs::delete);
    }
  }
}
