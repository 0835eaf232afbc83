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

/// The data of a server: set up, looked at before a start, told its settings. It is never deleted.
///
/// @param home where it is, with the password and the log of its making beside it
record DataFolder(Path home) {
  private static final Logger LOG = LoggerFactory.getLogger(DataFolder.class);
  private static final int INIT_SECONDS = 120;

  Path folder() {
    return home.resolve("data");
  }

  boolean isThere() {
    return Files.exists(folder());
  }

  /// @param major the version that is to read it
  /// @throws PostgresTrouble when it is of no use to that
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

  /// Passwords are kept as SCRAM hashes but asked for in clear: on the loopback interface that
  /// gives nothing away, and it saves every JVM that connects a tenth of a second.
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

  /// Facts are worth their fsync; replication and archives there are none. What services do
  /// wrong in their databases is theirs to log. However many connections they hold, the control
  /// plane gets some.
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
