package run.ephemeral.core.release;

import java.util.List;
import java.util.Optional;
import run.ephemeral.core.Digest;

/// What an artifact is made from, or found by. Two orders with the same key are the same artifact,
/// whoever asks.
public sealed interface ArtifactOrder {
  /// Never another for the same order: what was made before is found by it.
  Digest key();

  /// A folder with the result of a command.
  ///
  /// @param command run in a copy of the source; empty when the source is the artifact
  record Built(SourceTree source, Optional<String> command) implements ArtifactOrder {
    @Override
    public Digest key() {
      return Digest.of("build 1", source.hash(), command.orElse(""));
    }
  }

  /// An image that somebody else pushes to a registry, perhaps later.
  ///
  /// @param tags the first of them that is there is taken
  record Pulled(String image, List<String> tags) implements ArtifactOrder {
    public Pulled {
      tags = List.copyOf(tags);
    }

    @Override
    public Digest key() {
      var named = Digest.named("image 1").part("image", image);
      tags.forEach(tag -> named.part("tag", tag));
      return named.digest();
    }
  }
}
