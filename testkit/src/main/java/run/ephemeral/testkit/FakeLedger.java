package run.ephemeral.testkit;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import run.ephemeral.core.engine.Ledger;
import run.ephemeral.core.name.EnvironmentId;

/// An in-memory ledger. Passes [LedgerContract], and can be made to fail.
public final class FakeLedger implements Ledger {
  private final Map<Key, Map<String, String>> entries = new ConcurrentHashMap<>();
  private volatile boolean away;

  /// Whether every call throws an exception from now on.
  public void away(boolean isAway) {
    away = isAway;
  }

  private void answer() {
    if (away) {
      throw new IllegalStateException("the ledger is away");
    }
  }

  @Override
  public List<Entry> all() {
    answer();
    return entries.entrySet().stream().map(e -> new Entry(e.getKey(), e.getValue())).toList();
  }

  @Override
  public void write(Entry entry) {
    answer();
    entries.put(entry.key(), entry.facts());
  }

  @Override
  public void strike(Key key) {
    answer();
    entries.remove(key);
  }

  @Override
  public void strike(EnvironmentId environment) {
    answer();
    entries.keySet().removeIf(key -> key.environment().equals(environment));
  }
}
