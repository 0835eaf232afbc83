package run.ephemeral.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import run.ephemeral.core.Digest;
import run.ephemeral.core.codehost.Publications;
import run.ephemeral.core.codehost.Publications.Publication;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.environment.Origin;
import run.ephemeral.core.environment.Power;
import run.ephemeral.core.environment.Wanted;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.spec.AppName;
import run.ephemeral.testkit.PullRequests;
import run.ephemeral.testkit.TestPostgres;

class PostgresPublicationsTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final Digest TEXT = Digest.of("text");

  private PostgresStore store;
  private Publications table;
  private Environment environment;

  @BeforeEach
  void open() {
    var server = TestPostgres.server();
    store = PostgresStore.open(TestPostgres.database(), server.user(), server.password());
    table = store.publications();
    var pullRequest = PullRequests.of(1, "Title", "branch", "ann", "c0ffee");
    environment =
        store
            .environments()
            .create(
                EnvironmentName.of("shop", 1),
                new AppName("shop"),
                new Origin.OfPullRequests(pullRequest),
                Wanted.nothingYet(Power.ON, NOW))
            .orElseThrow();
  }

  @AfterEach
  void close() {
    store.close();
  }

  private static Publication of(String comment, Optional<Digest> rest) {
    var ref = PullRequests.of(1, "Title", "branch", "ann", "c0ffee").ref();
    return new Publication(
        ref, Optional.of(comment), rest, rest, rest, rest, Set.of("expires"), NOW);
  }

  @Test
  void theNewestIsKept() {
    assertThat(table.record(environment.id(), 0, of("7", Optional.empty()))).isTrue();
    assertThat(table.of(environment.id())).containsExactly(of("7", Optional.empty()));
    assertThat(table.record(environment.id(), 0, of("8", Optional.of(TEXT)))).isTrue();
    assertThat(table.of(environment.id())).containsExactly(of("8", Optional.of(TEXT)));
    assertThat(table.record(environment.id(), 7, of("9", Optional.of(TEXT)))).isFalse();
    assertThat(table.of(environment.id())).containsExactly(of("8", Optional.of(TEXT)));
    table.doubt(environment.id());
    assertThat(table.of(environment.id())).containsExactly(of("8", Optional.empty()));
  }

  @Test
  void anEnvironmentThatIsGoneHasNone() {
    assertThat(table.record(new EnvironmentId(99), 0, of("7", Optional.empty()))).isFalse();
    assertThat(table.of(new EnvironmentId(99))).isEmpty();
  }
}
