package run.ephemeral.core.pullrequest;

import java.util.Set;
import run.ephemeral.core.OneLine;

/// Descriptive attributes of a pull request. A change of them is no push and wakes nothing.
/// Strangers choose all of them; title and author are made one line of bounded length.
public record Facts(String title, String author, Set<String> labels, boolean draft) {
  public Facts {
    title = OneLine.of(title);
    author = OneLine.of(author);
    labels = Set.copyOf(labels);
  }
}
