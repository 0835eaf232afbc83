package run.ephemeral.core.release;

import java.util.Optional;
import run.ephemeral.core.Digest;
import run.ephemeral.core.spec.ComponentName;

/// What a database is copied from. Orders with the same key share one golden database.
///
/// @param seed the hash of the seed's file or folder; empty for an empty database
/// @param path its path in the repository
/// @param command fills the database instead of SQL files
public record DatabaseOrder(
    ComponentName database,
    Mirror repository,
    Optional<String> seed,
    String path,
    Optional<String> command) {
  /// Never another for the same order: the data of running environments is known by it.
  public Digest key() {
    return Digest.of("golden 1", seed.orElse(""), command.orElse(""));
  }
}
