package run.ephemeral.core.engine;

import java.util.List;
import java.util.Map;
import run.ephemeral.core.name.EnvironmentId;

/// Port: an engine's records about the environments it runs, out of reach of the services in them.
///
/// A service could write to files next to it, and a power failure can leave them half-written;
/// neither is true for the ledger. An entry is written before the resource that it describes is
/// created. Only the engine that wrote an entry understands its facts. Entries survive a crash of
/// the control plane; after a crash of the database server the newest may be missing.
public interface Ledger {
  /// Every readable entry. An unreadable one is left out, and replaced by the next write.
  List<Entry> all();

  /// Inserts the entry, or replaces the one with the same key.
  void write(Entry entry);

  /// Removes the entry, if it exists.
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
