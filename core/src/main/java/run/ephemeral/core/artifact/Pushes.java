package run.ephemeral.core.artifact;

import java.util.Optional;
import java.util.Set;
import run.ephemeral.core.Fault;
import run.ephemeral.core.release.ArtifactOrder;

/// Port: looks for images that may have been pushed, so that nobody waits for the next question to
/// their registry.
public interface Pushes {
  /// Looks for the image again where it is waited for. Returns at once.
  ///
  /// @param image its name without a tag
  /// @throws IllegalArgumentException when it is no name of an image
  void pushed(String image);

  /// Looks for the images of these orders now, and waits for the answers. What is built is left
  /// out, and so is a registry that limits how often it is asked.
  ///
  /// @return why a registry has no answer; empty when all have
  Optional<Fault> look(Set<ArtifactOrder> orders) throws InterruptedException;
}
