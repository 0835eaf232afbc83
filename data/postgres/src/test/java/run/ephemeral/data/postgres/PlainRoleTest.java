package run.ephemeral.data.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.data.DataServer;
import run.ephemeral.core.release.Component;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.step.Step;
import run.ephemeral.testkit.DataServerContract;
import run.ephemeral.testkit.Eventually;

/// The contract, on a server where the control plane is no superuser.
class PlainRoleTest implements DataServerContract {
  private final Data data = Data.on(role("plain", "CREATEDB CREATEROLE"));

  @AfterEach
  void close() {
    data.close();
  }

  @Override
  public DataServer data() {
    return data.server;
  }

  @Override
  public Component.Database database(ComponentName name) {
    var hash = data.sources.add(Map.of("s.sql", "CREATE TABLE item (name text)"));
    return Data.database(name, Optional.of(hash), "s.sql", Optional.empty());
  }

  private static DatabaseServer role(String name, String rights) {
    var server = Data.database();
    execute(
        server,
        "DO $$ BEGIN CREATE ROLE %1$s; EXCEPTION WHEN duplicate_object THEN NULL; END $$;"
            .formatted(name),
        "ALTER ROLE %s LOGIN PASSWORD 'secret' %s".formatted(name, rights),
        "GRANT CONNECT ON DATABASE postgres TO " + name);
    return new DatabaseServer(server.host(), server.port(), name, "secret");
  }

  private static void execute(DatabaseServer server, String... orders) {
    var url = server.jdbcUrl("postgres");
    try (var connection = DriverManager.getConnection(url, server.user(), server.password());
        var statement = connection.createStatement()) {
      for (var order : orders) {
        statement.execute(order);
      }
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void poolsAndTheAuditWorkToo() throws Exception {
    var hash = data.sources.add(Map.of("s.sql", "SELECT 1; -- " + UUID.randomUUID()));
    var order =
        Data.database(new ComponentName("db"), Optional.of(hash), "s.sql", Optional.empty());
    var keys = new ArrayList<>(List.of(Data.key()));
    data.done(keys.getFirst(), new Step.Copy(order, "test"));
    Eventually.eventually(
        "a copy is ready",
        () -> {
          keys.add(Data.key());
          var how = data.done(keys.getLast(), new Step.Copy(order, "test"));
          return how.equals("took a copy that was ready");
        });
    var inventory = data.server.inventory();
    var golden = Catalogue.golden(DatabaseNames.golden(order));
    assertThat(inventory.claims().may()).contains(golden);
    inventory.remove(golden);
    assertThat(inventory.there()).containsKey(golden);
    for (var key : keys) {
      data.done(key, new Step.Drop(new ComponentName("db"), "test"));
    }
    Eventually.eventually("its spares are made", () -> !inventory.claims().may().contains(golden));
    inventory.remove(golden);
    assertThat(inventory.there()).doesNotContainKey(golden);
  }

  @Test
  void aRoleThatIsHalfMadeGoesWithTheNextStart() {
    var server = Data.on(role("plain", "CREATEDB CREATEROLE"));
    var half = "golden_" + "0a".repeat(10);
    execute(new DatabaseServer(host(), port(), "plain", "secret"), "CREATE ROLE " + half);
    server.close();
    Data.on(role("plain", "CREATEDB CREATEROLE")).close();
    execute(Data.database(), "CREATE ROLE " + half, "DROP ROLE " + half);
  }

  private static String host() {
    return Data.database().host();
  }

  private static int port() {
    return Data.database().port();
  }

  @Test
  void whatTheRoleLacksIsNamed() {
    assertThatThrownBy(() -> Data.on(role("poor", "NOCREATEDB")))
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("its role poor lacks CREATEDB; its role poor lacks CREATEROLE");
  }
}
