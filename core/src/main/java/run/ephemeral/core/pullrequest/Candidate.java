package run.ephemeral.core.pullrequest;

import java.util.Set;
import run.ephemeral.core.spec.StartSpec;

/// An open pull request and the start rules that apply to it.
///
/// @param changed the paths of all files that it changes; empty when they are not known, or not
///     needed
public record Candidate(PullRequest pullRequest, StartSpec start, Set<String> changed) {
  public Candidate {
    changed = Set.copyOf(changed);
  }

  public Candidate(PullRequest pullRequest, StartSpec start) {
    this(pullRequest, start, Set.of());
  }
}
