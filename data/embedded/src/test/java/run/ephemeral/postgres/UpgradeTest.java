package run.ephemeral.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A home in which another version of the program ran before. Both versions have the same programs
/// here, in folders of different names.
class UpgradeTest {
  @TempDir private Path temporary;
  private Path home = Path.of("");
  private PostgresServer server = new PostgresServer(home);

  @BeforeEach
  void begin() {
    home = temporary.resolve("postgres");
    server = new PostgresServer(home);
  }

  @AfterEach
  void end() {
    server.stop();
  }

  private PostgresServer of(String version) {
    return new PostgresServer(
        home, new Programs(home, version), new BoundedLog(home.resolve("postgres.log")));
  }

  private Path programs(String version) {
    return home.resolve("programs-" + version);
  }

  private String command() throws IOException {
    var pid = Files.readAllLines(home.resolve("data/postmaster.pid")).getFirst();
    return ProcessHandle.of(Long.parseLong(pid.strip()))
        .flatMap(process -> process.info().command())
        .orElse("");
  }

  private static void execute(Address address, String sql) throws SQLException {
    var url = address.jdbcUrl("postgres");
    try (var connection = DriverManager.getConnection(url, address.user(), address.password());
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /// The folder was called `programs-18` before its name held the whole version.
  @Test
  void aNewerMinorIsTakenAtTheNextStartAndAServerThatRunsIsAdopted() throws Exception {
    var current = Programs.in(home);
    var before = of("18").start();
    execute(before, "CREATE TABLE kept AS SELECT 1 AS n");
    assertThat(command()).startsWith(programs("18").toRealPath().toString());

    assertThat(server.start()).isEqualTo(before);
    assertThat(server.wasFound()).isTrue();
    assertThat(command()).startsWith(programs("18").toRealPath().toString());
    assertThat(programs("18")).isDirectory();
    assertThat(current.folder()).isDirectory();

    server.stop();
    execute(server.start(), "SELECT n FROM kept");
    assertThat(command()).startsWith(current.folder().toRealPath().toString());
    assertThat(programs("18")).doesNotExist();

    var master = Files.readAllLines(home.resolve("data/postmaster.pid")).getFirst();
    var newer = of("18.99.0");
    assertThat(newer.start().port()).isEqualTo(before.port());
    assertThat(home.resolve("data/postmaster.pid")).content().startsWith(master + "\n");
    newer.stop();
    execute(newer.start(), "SELECT n FROM kept");
    assertThat(current.folder()).doesNotExist();
    assertThat(programs("18.99.0")).isDirectory();
  }

  @Test
  void dataOfAnotherMajorIsNamedAndNeitherItNorItsServerIsTouched() throws Exception {
    var address = server.start();
    execute(address, "CREATE TABLE kept AS SELECT 1 AS n");
    var newer = of("19.1.0");
    for (var running : java.util.List.of(true, false)) {
      if (!running) {
        server.stop();
      }
      assertThatThrownBy(newer::start)
          .isInstanceOf(PostgresTrouble.class)
          .hasMessageContainingAll(
              "is of PostgreSQL version 18, and this program brings version 19",
              "start it with the program that made it",
              "to begin with nothing, move " + home + " away");
      assertThat(programs("19.1.0")).doesNotExist();
      execute(server.start(), "SELECT n FROM kept");
    }
  }

  @Test
  void programsThatAreNotWholeAreUnpackedAnew() throws Exception {
    var programs = Programs.in(home).folder();
    Files.createDirectories(programs.resolve("bin"));
    Files.writeString(programs.resolve("bin/initdb"), "garbage");
    Files.createSymbolicLink(programs.resolve("elsewhere"), temporary);
    execute(server.start(), "SELECT 1");
    assertThat(programs.resolve("elsewhere")).doesNotExist();
    assertThat(temporary).exists();
  }

  @Test
  void theVersionIsWhatMavenBrought() {
    assertThat(Programs.in(home).version()).matches("\\d+\\.\\d+\\.\\d+");
    assertThat(Optional.of(Programs.in(home).major())).contains("18");
  }
}
