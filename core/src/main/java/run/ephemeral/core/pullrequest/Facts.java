package run.ephemeral.core.pullrequest;

import java.util.Set;

/// What people say about a pull request. A change of it is no push: it wakes nothing. All of it is
/// chosen by strangers.
public record Facts(String title, String author, Set<String> labels, boolean draft) {
  public Facts {
    labels = Set.copyOf(labels);
  }
}
