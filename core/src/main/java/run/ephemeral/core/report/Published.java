package run.ephemeral.core.report;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import run.ephemeral.core.Digest;
import run.ephemeral.core.pullrequest.PullRequestRef;

/// That something was published.
///
/// @param digest of the [Report] that a pull request shows; empty when that is not known, since
///     publishing was interrupted or failed
/// @param reminders the keys of those that were told
public record Published(
    PullRequestRef pullRequest, Optional<Digest> digest, Set<String> reminders, Instant at) {
  public Published {
    reminders = Set.copyOf(reminders);
  }
}
