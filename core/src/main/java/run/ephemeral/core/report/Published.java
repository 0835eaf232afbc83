package run.ephemeral.core.report;

import java.time.Instant;
import java.util.Optional;
import run.ephemeral.core.Digest;
import run.ephemeral.core.pullrequest.PullRequestRef;

/// That something was published.
///
/// @param digest of the [Report] that a pull request shows; empty when that is not known, since
///     publishing was interrupted or failed
public record Published(PullRequestRef pullRequest, Optional<Digest> digest, Instant at) {}
