package run.ephemeral.cli.init;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VariablesTest {
  private static void database(String key, String expected) {
    assertThat(Variables.database(key)).hasValue(expected);
  }

  private static void service(String key, String expected) {
    assertThat(Variables.service(key, List.of("api", "big-api"))).hasValue(expected);
  }

  @Test
  void aNameTellsWhichPartOfTheDatabaseItWants() {
    database("DATABASE_URL", "${db.url}");
    database("POSTGRES_DSN", "${db.url}");
    database("JDBC_URL", "${db.jdbc_url}");
    database("PGHOST", "${db.host}");
    database("PGDATABASE", "${db.name}");
    database("DB_PASS", "${db.password}");
    database("POSTGRES_USER", "${db.user}");
    database("DB_PORT", "${db.port}");
    assertThat(Variables.database("DB_POOL_SIZE")).isEmpty();
    assertThat(Variables.database("PORT")).isEmpty();
    assertThat(Variables.ofDatabase(List.of("X"))).isEqualTo(Map.of("DATABASE_URL", "${db.url}"));
  }

  @Test
  void aNameTellsWhichServiceItWants() {
    service("API_URL", "${api.url}");
    service("BIG_API_BASE_URL", "${big-api.url}");
    service("API_HOST", "${api.host}");
    service("VITE_API_URL", "${api.public_url}");
    service("NEXT_PUBLIC_API_URL", "${api.public_url}");
    assertThat(Variables.service("STRIPE_URL", List.of("api"))).isEmpty();
  }
}
