package run.ephemeral.core.pullrequest;

import java.util.Set;

/// Descriptive attributes of a pull request. A change of them is no push and wakes nothing.
/// Strangers choose all of them.
public record Facts(String title, String author, Set<String> labels, boolean draft) {
  public Facts {
    labels = Set.copyOf(labels);
  }
}
