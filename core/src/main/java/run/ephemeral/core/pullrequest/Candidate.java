package run.ephemeral.core.pullrequest;

import run.ephemeral.core.spec.StartSpec;

/// An open pull request together with what its own `ephemeral.yaml` says about starting.
public record Candidate(PullRequest pullRequest, StartSpec start) {}
