package run.ephemeral.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The data folder of a server: created, checked before a start, and configured. It is never
/// deleted.
///
/// @param home its parent folder, which also holds the password and the log of `initdb`
record DataFolder(Path home) {
  private static final Logger LOG = LoggerFactory.getLogger(DataFolder.class);
  private static final int INIT_SECONDS = 120;

  Path folder() {
    return home.resolve("data");
  }

  boolean isThere() {
    return Files.exists(folder());
  }

  /// @param major the version that is to read the data
  /// @throws PostgresTrouble if that version cannot read the data
  void check(String major) throws IOException {
    var mark = folder().resolve("PG_VERSION");
    if (!Files.exists(mark)) {
      throw new PostgresTrouble(LastLines.damaged(folder(), "its PG_VERSION is missing"));
    }
    var version = Files.readString(mark).strip();
    if (version.matches("[0-9.]{1,9}") && !version.equals(major)) {
      throw new PostgresTrouble(
          ("the data in %s is of PostgreSQL version %s, and this program brings version %s, which"
                  + " cannot read it. Nothing was changed: start it with the program that made it,"
                  + " or put back a dump of it; to begin with nothing, move %s away")
              .formatted(folder(), version, major, home));
    }
  }

  /// Passwords are stored as SCRAM hashes but sent in clear text: on the loopback interface that
  /// reveals nothing, and it saves every JVM that connects a tenth of a second.
  void setUp(Invocation invocation, String user) throws IOException, InterruptedException {
    LOG.info("setting up PostgreSQL in {}", home);
    var password = home.resolve("password");
    if (!Files.exists(password)) {
      var random = new byte[18];
      new SecureRandom().nextBytes(random);
      var owner = PosixFilePermissions.fromString("rw-------");
      var half = home.resolve("password.half");
      Files.deleteIfExists(half);
      Files.createFile(half, PosixFilePermissions.asFileAttribute(owner));
      Files.writeString(half, HexFormat.of().formatHex(random));
      Files.move(half, password, StandardCopyOption.ATOMIC_MOVE);
    }
    var half = Files.createTempDirectory(home, "data-");
    try {
      invocation.run(
          INIT_SECONDS,
          home.resolve("setup.log"),
          "initdb",
          "-D",
          half.toString(),
          "-U",
          user,
          "--pwfile=" + password,
          "--auth=password",
          "--encoding=UTF8",
          "--locale=C",
          "--no-instructions");
    } catch (PostgresTrouble e) {
      throw LastLines.full(home, String.valueOf(e.getMessage()))
          .map(why -> new PostgresTrouble(why, e))
          .orElse(e);
    }
    Files.move(half, folder(), StandardCopyOption.ATOMIC_MOVE);
  }

  /// The control plane's tables need durability, so fsync stays on; there are no replicas and no
  /// archive. `log_min_messages = log` keeps errors of application SQL out of the server log.
  /// Connections are reserved for the control plane, however many services hold.
  void configure() throws IOException {
    Files.writeString(
        folder().resolve("postgresql.auto.conf"),
        """
        listen_addresses = '127.0.0.1'
        unix_socket_directories = ''
        max_connections = 500
        superuser_reserved_connections = 50
        wal_level = minimal
        max_wal_senders = 0
        log_min_messages = log
        """);
  }
}
