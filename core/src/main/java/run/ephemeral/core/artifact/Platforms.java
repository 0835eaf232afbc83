package run.ephemeral.core.artifact;

import java.util.Set;

/// Port: the platforms on which images are run.
public interface Platforms {
  /// The platforms of all clusters' nodes, such as `linux/amd64`. Empty when they are not all
  /// known: then no image can be refused.
  Set<String> all();
}
