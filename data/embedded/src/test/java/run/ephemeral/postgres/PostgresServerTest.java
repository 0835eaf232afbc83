package run.ephemeral.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresServerTest {
  @TempDir Path folder;
  PostgresServer server;

  @BeforeEach
  void make() {
    server = new PostgresServer(folder.resolve("postgres"));
  }

  @AfterEach
  void stop() {
    server.stop();
  }

  @Test
  void aServerThatRunsIsAdoptedAndOneThatIsKilledComesBackWithItsData() throws Exception {
    var address = server.start();
    execute(address, "CREATE TABLE kept (n int)");

    var second = new PostgresServer(folder.resolve("postgres"));
    assertThat(second.start()).isEqualTo(address);

    var restarts = new LinkedBlockingQueue<String>();
    second.watch(restarts::add);
    pid(address).destroyForcibly();
    assertThat(restarts.poll(60, TimeUnit.SECONDS)).contains("started again");
    execute(second.address(), "INSERT INTO kept VALUES (1)");
    assertThat(second.address().port()).isEqualTo(address.port());
    second.close();
  }

  @Test
  void whatWasBegunWhenAControlPlaneWasKilledIsNoTrouble() throws Exception {
    var home = Files.createDirectories(folder.resolve("postgres"));
    Files.createFile(Files.createDirectory(home.resolve("data-1")).resolve("PG_VERSION"));
    Files.createDirectory(home.resolve("unpack-1"));
    Files.createFile(home.resolve("password.half"));
    Files.createFile(home.resolve("port"));
    var address = server.start();
    assertThat(home.resolve("data-1")).doesNotExist();
    assertThat(home.resolve("unpack-1")).doesNotExist();

    var master = pid(address);
    master.destroyForcibly();
    master.onExit().join();
    var early = Thread.startVirtualThread(() -> new PostgresServer(home).start());
    assertThat(new PostgresServer(home).start().port()).isEqualTo(address.port());
    early.join();
  }

  @Test
  void aLockThatWasNeverWrittenHoldsNobodyOff() throws Exception {
    var address = server.start();
    server.stop();
    Files.createFile(folder.resolve("postgres/data/postmaster.pid"));
    assertThat(server.start()).isEqualTo(address);
  }

  @Test
  void stoppingWhatDoesNotRunDoesNothing() {
    server.stop();
    assertThat(folder).isEmptyDirectory();
  }

  private ProcessHandle pid(Address address) throws Exception {
    var file = folder.resolve("postgres/data/postmaster.pid");
    var pid = Files.readAllLines(file).getFirst();
    assertThat(address.port()).isPositive();
    return ProcessHandle.of(Long.parseLong(pid.strip())).orElseThrow();
  }

  private static void execute(Address address, String sql) throws SQLException {
    try (var connection =
            DriverManager.getConnection(
                address.jdbcUrl("postgres"), address.user(), address.password());
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
