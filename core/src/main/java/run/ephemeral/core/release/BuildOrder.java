package run.ephemeral.core.release;

import java.util.Optional;
import run.ephemeral.core.Digest;

/// What an artifact is made from. Two orders with the same key are the same artifact, whoever
/// asks.
///
/// @param tree the hash of the source folder
/// @param command run in a copy of it; empty when the source is the artifact
public record BuildOrder(Mirror repository, String tree, Optional<String> command) {
  /// Never another for the same order: what was built before is found by it.
  public Digest key() {
    return Digest.of("build 1", tree, command.orElse(""));
  }
}
