package run.ephemeral.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import run.ephemeral.core.engine.Ledger;
import run.ephemeral.core.engine.Ledger.Entry;
import run.ephemeral.core.name.EnvironmentId;

/// Contract tests for every [Ledger], fake or real.
public interface LedgerContract {
  EnvironmentId ONE = new EnvironmentId(1);
  EnvironmentId TWO = new EnvironmentId(2);

  /// An empty ledger, the same during a test.
  Ledger ledger();

  private static Entry entry(EnvironmentId environment, String name, Map<String, String> facts) {
    return new Entry(new Ledger.Key(environment, "instance", name), facts);
  }

  @Test
  default void whatIsWrittenComesBackLetterByLetter() {
    var entry =
        entry(ONE, "web", Map.of("why", "ex\u00efted 1: \"\\'\n\t\u0001\ud83d\ude00", "", ""));
    ledger().write(entry);
    assertThat(ledger().all()).containsExactly(entry);
  }

  @Test
  default void anEntryIsReplacedByTheNextWithItsKey() {
    ledger().write(entry(ONE, "web", Map.of("port", "1", "pid", "2")));
    var next = entry(ONE, "web", Map.of("port", "3"));
    ledger().write(next);
    assertThat(ledger().all()).containsExactly(next);
  }

  @Test
  default void whatIsStruckIsGoneAndTheRestStays() {
    var kept = entry(TWO, "web", Map.of());
    ledger().write(kept);
    ledger().write(entry(ONE, "web", Map.of()));
    ledger().write(entry(ONE, "api", Map.of()));
    ledger().strike(new Ledger.Key(ONE, "instance", "web"));
    ledger().strike(new Ledger.Key(ONE, "instance", "web"));
    assertThat(ledger().all()).hasSize(2);
    ledger().strike(ONE);
    ledger().strike(ONE);
    assertThat(ledger().all()).containsExactly(kept);
  }
}
