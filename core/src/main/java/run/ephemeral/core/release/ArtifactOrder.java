package run.ephemeral.core.release;

import java.util.List;
import java.util.Optional;
import run.ephemeral.core.Digest;

/// The inputs of a build, or the name of an image. Orders with the same key give the same artifact,
/// for any environment.
public sealed interface ArtifactOrder {
  /// Must stay the same for the same order in later versions: existing artifacts are found by this
  /// key.
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

  /// An image that CI pushes to a registry, perhaps later.
  ///
  /// @param tags the first one that exists in the registry is used
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
