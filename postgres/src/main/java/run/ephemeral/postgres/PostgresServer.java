package run.ephemeral.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One PostgreSQL server in one folder of this machine, listening on loopback only.
///
/// It outlives its control plane: a server found running is adopted. While it is watched, a
/// server that ends by itself is started again. It does not know what databases are for.
public final class PostgresServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresServer.class);
  private static final String VERSION = "18";
  private static final String USER = "ephemeral";
  private static final int START_SECONDS = 60;
  private static final int INIT_SECONDS = 120;
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
  private final ReentrantLock lock = new ReentrantLock();
  private Optional<Address> address = Optional.empty();
  private Optional<Invocation> programs = Optional.empty();
  private boolean launched;
  private volatile boolean stopping;

  public PostgresServer(Path folder) {
    this.folder = folder;
    this.data = folder.resolve("data");
  }

  /// Starts the server, or adopts the one that runs. The first time unpacks it and sets it up.
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
      var unpacked = Binaries.unpack(programs());
      programs = Optional.of(new Invocation(unpacked));
      if (!Files.exists(data)) {
        setUp();
      } else if (!Files.exists(data.resolve("PG_VERSION"))) {
        throw new PostgresTrouble(LastLines.damaged(data, "its PG_VERSION is missing"));
      }
      address = Optional.of(adoptOrLaunch());
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

  /// The server that runs. One that was just started may not answer yet.
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

  /// Starts the server again whenever it ends without having been told to, until it is stopped.
  ///
  /// @param restarted told, after every such restart, a sentence about it
  public void watch(Consumer<String> restarted) {
    Thread.ofPlatform().name("postgres-watch").daemon().start(() -> watchUntilStopped(restarted));
  }

  private void watchUntilStopped(Consumer<String> restarted) {
    var trouble = "";
    while (!stopping) {
      lockFile().holder().ifPresent(process -> process.onExit().join());
      if (stopping) {
        return;
      }
      var began = System.nanoTime();
      try {
        bringUp();
        var millis = (System.nanoTime() - began) / 1_000_000;
        var sentence = "PostgreSQL ended by itself and was started again in " + millis + " ms";
        LOG.warn(sentence);
        restarted.accept(sentence);
        trouble = "";
      } catch (RuntimeException e) {
        if (!trouble.equals(String.valueOf(e.getMessage()))) {
          LOG.error("PostgreSQL could not be brought back, which is tried every second", e);
        }
        trouble = String.valueOf(e.getMessage());
        pause();
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

  /// Ends the server: sessions are cut, data is written. Safe when it does not run.
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

  /// Whether the server ran before it was started here.
  public boolean wasFound() {
    return !launched;
  }

  /// Ends the server if this is who started it; one that was adopted runs on.
  public void undo() {
    if (launched) {
      stop();
    }
  }

  /// Lets the server run on and only stops watching it.
  @Override
  public void close() {
    stopping = true;
  }

  /// Passwords are kept as SCRAM hashes but asked for in clear: on the loopback interface that
  /// gives nothing away, and it saves every JVM that connects a tenth of a second.
  private void setUp() throws IOException, InterruptedException {
    LOG.info("setting up PostgreSQL {} in {}", VERSION, folder);
    var password = folder.resolve("password");
    if (!Files.exists(password)) {
      var random = new byte[18];
      new SecureRandom().nextBytes(random);
      var owner = PosixFilePermissions.fromString("rw-------");
      var half = folder.resolve("password.half");
      Files.deleteIfExists(half);
      Files.createFile(half, PosixFilePermissions.asFileAttribute(owner));
      Files.writeString(half, HexFormat.of().formatHex(random));
      Files.move(half, password, StandardCopyOption.ATOMIC_MOVE);
    }
    var half = Files.createTempDirectory(folder, "data-");
    try {
      invocation()
          .run(
              INIT_SECONDS,
              folder.resolve("setup.log"),
              "initdb",
              "-D",
              half.toString(),
              "-U",
              USER,
              "--pwfile=" + password,
              "--auth=password",
              "--encoding=UTF8",
              "--locale=C",
              "--no-instructions");
    } catch (PostgresTrouble e) {
      throw LastLines.full(folder, String.valueOf(e.getMessage()))
          .map(why -> new PostgresTrouble(why, e))
          .orElse(e);
    }
    Files.move(half, data, StandardCopyOption.ATOMIC_MOVE);
  }

  /// Facts are worth their fsync; replication and archives there are none. What services do
  /// wrong in their databases is theirs to log. However many connections they hold, the control
  /// plane gets some.
  private static String settings() {
    return """
    listen_addresses = '127.0.0.1'
    unix_socket_directories = ''
    max_connections = 500
    superuser_reserved_connections = 50
    wal_level = minimal
    max_wal_senders = 0
    log_min_messages = log
    """;
  }

  /// What is left of a server that was killed ends by itself, and until then PostgreSQL does not
  /// start another on the same data. Somebody else may start one meanwhile, such as what a control
  /// plane had begun that was killed: then its port is taken, and it is adopted.
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
    Files.writeString(data.resolve("postgresql.auto.conf"), settings());
    lockFile().release();
    var log = folder.resolve("postgres.log");
    var from = Files.exists(log) ? Files.size(log) : 0;
    try {
      control(
          "start",
          "-w",
          "-t",
          Integer.toString(START_SECONDS),
          "-l",
          log.toString(),
          "-o",
          "-p " + port);
    } catch (PostgresTrouble e) {
      throw new PostgresTrouble(
          new LastLines(log, from).why(data, String.valueOf(e.getMessage())), e);
    }
    var address = at(port);
    keepOthersOut(address);
    return address;
  }

  /// The port of last time. Services may know it: as long as it was handed to somebody it is
  /// this one or none.
  private int port() throws IOException {
    var last = portFile().read();
    if (last.isPresent() && Ports.isFree(last.get())) {
      return last.get();
    }
    if (address.isPresent()) {
      throw new PostgresTrouble(
          "port %d, by which services know PostgreSQL, is taken by another program; stop that"
              .formatted(address.get().port()));
    }
    last.ifPresent(port -> LOG.warn("port {} is taken; PostgreSQL gets another", port));
    return Ports.free();
  }

  /// By default every role may connect to the databases that come with the server.
  private static void keepOthersOut(Address address) {
    try (var connection = connect(address);
        var statement = connection.createStatement()) {
      statement.execute("REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC");
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
    invocation().run(START_SECONDS + 5, output, "pg_ctl", all.toArray(String[]::new));
  }

  private Invocation invocation() {
    return programs.orElseGet(() -> new Invocation(programs()));
  }

  private Address at(int port) throws IOException {
    var password = Files.readString(folder.resolve("password"));
    return new Address("127.0.0.1", port, USER, password);
  }

  private LockFile lockFile() {
    return new LockFile(data.resolve("postmaster.pid"), programs().resolve("bin/postgres"));
  }

  private PortFile portFile() {
    return new PortFile(folder.resolve("port"));
  }

  private Path programs() {
    return folder.resolve("programs-" + VERSION);
  }

  private static boolean answers(Address address) {
    try (var connection = connect(address)) {
      return connection.isValid(5);
    } catch (SQLException e) {
      LOG.debug("the server that was found does not answer: {}", e.getMessage());
      return false;
    }
  }

  /// Removes what was being unpacked or set up when a control plane was killed. What cannot be
  /// removed, since its maker still writes there, is left for the next time.
  private void dropHalves() throws IOException {
    try (var entries = Files.newDirectoryStream(folder, "{data-,unpack-}*")) {
      for (var half : entries) {
        try (var files = Files.walk(half)) {
          for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
            Files.deleteIfExists(file);
          }
        } catch (IOException | UncheckedIOException e) {
          LOG.warn("{} cannot be removed: {}", half, e.toString());
        }
      }
    }
  }
}
