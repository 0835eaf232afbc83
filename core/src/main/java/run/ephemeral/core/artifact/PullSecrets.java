package run.ephemeral.core.artifact;

import java.util.Optional;
import java.util.Set;

/// Port: the credentials with which a cluster pulls images.
public interface PullSecrets {
  /// The content of a Docker `config.json` for the registries of these images; empty when none of
  /// them needs a sign-in.
  ///
  /// @param images names with or without a digest
  Optional<String> of(Set<String> images);
}
