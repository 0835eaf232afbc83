package run.ephemeral.wire;

import org.jspecify.annotations.Nullable;

/// An open pull request; of a plain git repository, a branch.
///
/// @param environment the name of its environment; absent when it has none
/// @param note why the pull request has no environment
public record PullRequestView(
    int number,
    String title,
    String branch,
    String author,
    String commit,
    @Nullable String environment,
    @Nullable String note) {}
