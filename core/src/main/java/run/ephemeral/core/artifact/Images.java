package run.ephemeral.core.artifact;

import java.util.Map;
import java.util.Set;
import run.ephemeral.core.Digest;
import run.ephemeral.core.release.Artifact;

/// Port: the images that registries were known to have, by the keys of their orders.
public interface Images {
  Map<Digest, Artifact.Image> find(Set<Digest> orders);

  /// Inserts the image, or replaces the one known before.
  void write(Digest order, Artifact.Image image);
}
