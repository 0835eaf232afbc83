package run.ephemeral.core.engine;

import java.util.List;
import java.util.Map;
import run.ephemeral.core.name.EnvironmentId;

/// Port: what an engine writes down of the environments it runs, out of reach of what runs in
/// them.
///
/// Files beside a service can be written by that service, and are half written after a power
/// failure; entries of the ledger are neither. An entry is written before the thing it is about
/// is made. Only the engine that wrote an entry knows what its facts mean. Entries survive a
/// crash of the control plane; after a crash of the database server the newest may be missing.
public interface Ledger {
  /// Every entry that can be read. One that cannot is left out, and replaced by the next write.
  List<Entry> all();

  /// Writes the entry, in place of the one with the same key.
  void write(Entry entry);

  /// Removes the entry; one that is not there is removed already.
  void strike(Key key);

  /// Removes every entry of an environment.
  void strike(EnvironmentId environment);

  /// @param kind such as `instance`
  /// @param name unique for the environment and the kind
  record Key(EnvironmentId environment, String kind, String name) {}

  record Entry(Key key, Map<String, String> facts) {
    public Entry {
      facts = Map.copyOf(facts);
    }
  }
}
