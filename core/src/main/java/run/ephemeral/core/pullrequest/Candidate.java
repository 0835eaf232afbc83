package run.ephemeral.core.pullrequest;

import run.ephemeral.core.spec.StartSpec;

/// An open pull request and the start rules that apply to it.
public record Candidate(PullRequest pullRequest, StartSpec start) {}
