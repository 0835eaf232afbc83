package run.ephemeral.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Damage to the folder, the port and the disk of a server. Data is never deleted, and people are
/// told what to do.
class TroubleTest {
  private static Optional<Path> template = Optional.empty();

  @TempDir Path temporary;
  private Path folder = Path.of("");
  private Path data = Path.of("");
  private PostgresServer server = new PostgresServer(folder);
  private int port;

  /// A server that is set up once, of which every test gets a copy.
  @BeforeAll
  static void setUp(@TempDir Path shared) throws Exception {
    var first = new PostgresServer(shared.resolve("postgres"));
    first.start();
    first.stop();
    Files.delete(shared.resolve("postgres/port"));
    var programs = programs(shared.resolve("postgres"));
    Files.move(programs, shared.resolve("programs"));
    Files.createSymbolicLink(programs, shared.resolve("programs"));
    template = Optional.of(shared.resolve("postgres"));
  }

  private static Path programs(Path folder) {
    return Programs.in(folder).folder();
  }

  @BeforeEach
  void begin() throws Exception {
    in(temporary.resolve("postgres"));
    assertThat(ran("cp", "-a", template.orElseThrow().toString(), folder.toString())).isTrue();
    port = server.start().port();
    execute("CREATE TABLE kept AS SELECT 1 AS n");
  }

  private void in(Path place) {
    folder = place;
    data = place.resolve("data");
    server = new PostgresServer(place);
  }

  @AfterEach
  void end() throws IOException {
    server.stop();
    Files.deleteIfExists(programs(temporary.resolve("postgres")));
  }

  private void link() throws IOException {
    Files.createDirectories(folder);
    var programs = programs(template.orElseThrow()).toRealPath();
    Files.createSymbolicLink(programs(folder), programs);
  }

  private void execute(String sql) throws SQLException {
    var address = server.address();
    var url = address.jdbcUrl("postgres");
    try (var connection = DriverManager.getConnection(url, address.user(), address.password());
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private void fails(String... parts) {
    assertThatThrownBy(server::start)
        .isInstanceOf(PostgresTrouble.class)
        .satisfies(trouble -> assertThat(String.valueOf(trouble.getMessage())).contains(parts));
  }

  private void startsAgainWithItsData() throws SQLException {
    server.start();
    execute("SELECT n FROM kept");
  }

  private ProcessHandle process() throws IOException {
    var pid = Files.readAllLines(data.resolve("postmaster.pid")).getFirst();
    return ProcessHandle.of(Long.parseLong(pid.strip())).orElseThrow();
  }

  private void kill() throws IOException {
    var process = process();
    process.destroyForcibly();
    process.onExit().join();
  }

  /// Damages a file, checks the message, undoes the damage, and checks that the server starts.
  private void check(String file, byte[] damage, String... parts) throws Exception {
    server.stop();
    var place = data.resolve(file);
    var whole = Files.exists(place) ? Files.readAllBytes(place) : null;
    Files.write(place, damage);
    fails(parts);
    assertThat(place).hasBinaryContent(damage);
    if (whole == null) {
      Files.delete(place);
    } else {
      Files.write(place, whole);
    }
    startsAgainWithItsData();
  }

  @Test
  void damagedFilesAreNamedAndNothingIsDeleted() throws Exception {
    var next = "to begin with nothing, move " + folder + " away";
    check("global/pg_control", new byte[8192], "cannot be started on the data in", next);
    check("PG_VERSION", "17\n".getBytes(UTF_8), "version 17", "Nothing was changed", next);
    check("PG_VERSION", "garbage".getBytes(UTF_8), "cannot be started on the data in", next);
    server.stop();
    Files.move(data.resolve("PG_VERSION"), folder.resolve("aside"));
    fails("on the data in " + data + ": its PG_VERSION is missing", next);
    Files.move(folder.resolve("aside"), data.resolve("PG_VERSION"));
    startsAgainWithItsData();
  }

  @Test
  void aLockThatNamesAnotherProgramIsNoServer() throws Exception {
    var lines = Files.readAllLines(data.resolve("postmaster.pid"));
    kill();
    var stranger = new ProcessBuilder("sleep", "1000").start();
    try {
      lines.set(0, Long.toString(stranger.pid()));
      Files.write(data.resolve("postmaster.pid"), lines);
      server.stop();
      assertThat(stranger.isAlive()).isTrue();
      startsAgainWithItsData();
      assertThat(process().pid()).isNotEqualTo(stranger.pid());
      server.stop();
      assertThat(stranger.isAlive()).isTrue();
    } finally {
      stranger.destroyForcibly();
    }
  }

  @Test
  void aPortThatIsTakenWhileTheServerIsDownIsWaitedFor() throws Exception {
    var restarts = new LinkedBlockingQueue<String>();
    var watcher = new PostgresServer(folder);
    watcher.start();
    kill();
    try (var stranger = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThat(stranger.isBound()).isTrue();
      assertThatThrownBy(watcher::start)
          .hasMessage(
              "port %d, by which services know PostgreSQL, is taken by another program; stop that",
              port);
      watcher.watch(restarts::add);
    }
    assertThat(restarts.poll(60, TimeUnit.SECONDS)).contains("started again");
    assertThat(watcher.address().port()).isEqualTo(port);
    watcher.close();
  }

  @Test
  void aPortThatIsTakenBeforeTheFirstStartIsAnother() throws Exception {
    server.stop();
    try (var stranger = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThat(stranger.isBound()).isTrue();
      in(folder);
      startsAgainWithItsData();
      assertThat(server.address().port()).isNotEqualTo(port).isBetween(15_000, 20_000);
    }
  }

  @Test
  void aPortFileThatSaysNothingIsWrittenAnew() throws Exception {
    server.stop();
    Files.writeString(folder.resolve("port"), "");
    in(folder);
    startsAgainWithItsData();
  }

  @Test
  void onlyWhoStartedItUndoesThat() throws Exception {
    var other = new PostgresServer(folder);
    other.start();
    other.undo();
    execute("SELECT n FROM kept");
    server.undo();
    assertThat(data.resolve("postmaster.pid")).doesNotExist();
  }

  @Test
  void aFullDiskIsNamedAndTheServerComesBackWhenThereIsRoom() throws Exception {
    server.stop();
    var disk = Files.createDirectories(temporary.resolve("disk"));
    assumeTrue(
        ran("mount", "-t", "tmpfs", "-o", "size=200m", "none", disk.toString()),
        "no file system can be mounted here");
    try {
      in(disk.resolve("postgres"));
      link();
      server.start();
      execute("CREATE TABLE kept AS SELECT 1 AS n");
      assertThatThrownBy(() -> execute("CREATE TABLE b AS SELECT generate_series(1, 1e8)"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("No space left on device");
      kill();
      fill(disk.resolve("filler"));
      startsAgainWithItsData();
      server.stop();
      var full = folder;
      in(disk.resolve("another"));
      link();
      fails("the disk that holds " + folder + " is full; free some space there");
      Files.delete(disk.resolve("filler"));
      server.start();
      server.stop();
      in(full);
      startsAgainWithItsData();
    } finally {
      server.stop();
      assertThat(ran("umount", "-l", disk.toString())).isTrue();
    }
  }

  private static void fill(Path file) throws IOException {
    try (var out = Files.newOutputStream(file)) {
      while (true) {
        out.write(new byte[4096]);
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space left");
    }
  }

  private static boolean ran(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(List.of(command)).redirectErrorStream(true).start().waitFor() == 0;
  }
}
