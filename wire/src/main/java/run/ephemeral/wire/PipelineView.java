package run.ephemeral.wire;

import org.jspecify.annotations.Nullable;

/// What the pipeline of a repository is told about a pull request of it.
///
/// @param app that follows the repository
/// @param environment of the pull request; absent when it has none
/// @param note why it has none
public record PipelineView(
    String app, int number, @Nullable EnvironmentView environment, @Nullable String note) {}
