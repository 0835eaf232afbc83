package run.ephemeral.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What services can write into the log of the server is bounded.
class ServerLogTest {
  private static final long MOST = 20_000;

  @TempDir private Path temporary;
  private Path home = Path.of("");
  private PostgresServer server = new PostgresServer(home);
  private Address address = new Address("", 0, "", "");

  @BeforeEach
  void begin() {
    home = temporary.resolve("postgres");
    server = new PostgresServer(home, Programs.in(home), new BoundedLog(log(), MOST));
    address = server.start();
  }

  @AfterEach
  void end() {
    server.stop();
  }

  private Path log() {
    return home.resolve("postgres.log");
  }

  private String text() throws IOException {
    return Files.readString(log());
  }

  private Connection as(String user, String password) throws SQLException {
    return DriverManager.getConnection(address.jdbcUrl("template1"), user, password);
  }

  private void isRefused(String user) {
    assertThatThrownBy(() -> as(user, "wrong")).isInstanceOf(SQLException.class);
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    var until = System.nanoTime() + 60_000_000_000L;
    while (!condition.getAsBoolean() && System.nanoTime() < until) {
      Thread.sleep(20);
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }

  @Test
  void connectionsThatAreRefusedDoNotFillTheDisk() throws Exception {
    server.watch(sentence -> {});
    var older = home.resolve("postgres.log.1");
    for (int i = 0; i < 1000 && !Files.exists(older); i++) {
      isRefused("stranger_" + i);
    }
    await(() -> Files.exists(older));
    assertThat(older).content().contains("password authentication failed for user");
    assertThat(older.toFile().length()).isLessThan(3 * MOST);
    isRefused("last_stranger");
    await(() -> log().toFile().length() > 0);
    assertThat(text()).contains("last_stranger").doesNotContain("stranger_1\"");
    assertThat(log()).content().doesNotContain("\0");
  }

  /// Otherwise a short statement could fill the log as fast as the disk can write.
  @Test
  void whatAServicesSessionsSayIsNotWrittenIntoTheLog() throws Exception {
    try (var ours =
            DriverManager.getConnection(
                address.jdbcUrl("template1"), address.user(), address.password());
        var statement = ours.createStatement()) {
      statement.execute("CREATE ROLE service LOGIN PASSWORD 'service'");
      statement.execute("GRANT CONNECT ON DATABASE template1 TO service");
    }
    var before = text();
    try (var theirs = as("service", "service");
        var statement = theirs.createStatement()) {
      statement.execute("SET debug_print_parse = on");
      statement.execute("SET debug_print_plan = on");
      statement.execute("SELECT 'a tree of a statement'");
      statement.execute("DO $$ BEGIN RAISE LOG 'a line of a service'; END $$");
      assertThatThrownBy(() -> statement.execute("SET log_min_messages = log"))
          .hasMessageContaining("permission denied");
      assertThatThrownBy(() -> statement.execute("RESET log_min_messages"))
          .hasMessageContaining("permission denied");
    }
    isRefused("somebody");
    assertThat(text()).startsWith(before).contains("somebody");
    assertThat(text().substring(before.length()))
        .doesNotContain("a line of a service", "a tree of a statement", "PARSETREE");
  }

  @Test
  void theLastWordsAreFoundWhereTheLogWasCutMeanwhile() throws Exception {
    Files.writeString(log(), "x FATAL:  the words of before\n");
    var lines = new LastLines(log(), Files.size(log()));
    Files.writeString(log(), "FATAL:  last\n");
    assertThat(lines.why(home, "nothing")).contains("on the data in " + home + ": last.");
  }
}
