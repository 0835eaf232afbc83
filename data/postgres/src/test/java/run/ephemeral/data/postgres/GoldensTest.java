package run.ephemeral.data.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.release.Component;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.step.Step;
import run.ephemeral.testkit.Eventually;

/// Unused golden databases are removed, and no others.
class GoldensTest {
  private static final ComponentName DB = new ComponentName("db");

  private final Data data = new Data();
  private final Component.Database order = order();
  private final String golden = "golden_" + order.key().hex().substring(0, 20);
  private final Path mark = data.root.resolve("seeds").resolve(golden + ".used");
  private final EnvironmentKey environment = Data.key();

  @AfterEach
  void close() {
    data.close();
  }

  private Component.Database order() {
    var hash = data.sources.add(Map.of("s.sql", "SELECT 1; -- " + UUID.randomUUID()));
    return Data.database(DB, Optional.of(hash), "s.sql", Optional.empty());
  }

  private String copy() {
    return data.done(environment, new Step.Copy(order, "test"));
  }

  private void drop() {
    data.done(environment, new Step.Drop(DB, "test"));
  }

  /// All databases and roles of the golden database.
  private List<String> left() {
    return Data.ask(
        """
        SELECT datname FROM pg_database WHERE starts_with(datname, '%s')
        UNION ALL SELECT 'role' FROM pg_roles WHERE rolname = '%<s'
        """
            .formatted(golden));
  }

  private void passes(int days) throws IOException {
    Files.setLastModifiedTime(mark, FileTime.from(Instant.now().minus(Duration.ofDays(days))));
  }

  @Test
  void oneThatNobodyUsedForLongGoesWithItsSparesAndItsRole() throws IOException {
    copy();
    Eventually.eventually("it has spares", () -> left().size() == 4);
    drop();
    passes(15);
    data.server.collect();
    assertThat(left()).isEmpty();
    data.server.collect();
    assertThat(mark).doesNotExist();
    assertThat(copy()).isEqualTo("seeded a golden database and copied it");
  }

  @Test
  void oneThatWasUsedLatelyStays() throws IOException {
    copy();
    drop();
    passes(13);
    data.server.collect();
    assertThat(left()).contains(golden, "role");
  }

  @Test
  void oneThatIsAskedForAgainIsInUse() throws IOException {
    copy();
    drop();
    passes(15);
    copy();
    drop();
    data.server.collect();
    assertThat(left()).contains(golden, "role");
  }

  @Test
  void whileThereAreCopiesItIsInUseHoweverOldTheyAre() throws IOException {
    copy();
    passes(15);
    data.server.collect();
    drop();
    data.server.collect();
    assertThat(left()).contains(golden, "role");
  }

  @Test
  void whenItIsNotKnownSinceWhenNobodyUsesOneTheTimeCountsFromNow() throws IOException {
    copy();
    drop();
    Files.delete(mark);
    data.server.collect();
    assertThat(left()).contains(golden, "role");
    passes(15);
    data.server.collect();
    assertThat(left()).isEmpty();
  }
}
