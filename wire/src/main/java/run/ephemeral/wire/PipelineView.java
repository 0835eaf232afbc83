package run.ephemeral.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the pipeline of a repository is told about a pull request of it.
///
/// @param app that follows the repository
/// @param head the newest commit of the pull request that is known; absent when it is not open
/// @param environment of the pull request; absent when it has none
/// @param note why it has none
public record PipelineView(
    String app,
    int number,
    @Nullable String head,
    @Nullable Environment environment,
    @Nullable String note) {
  /// The environment, as far as a pipeline needs to know it.
  ///
  /// @param phase queued, building, starting, ready, failing, asleep, waking, removing or gone
  /// @param reason the reason of the phase, in a sentence
  /// @param url its own address; absent when no service is public
  /// @param commit that it is to run
  /// @param settled whether no steps or retries are left for the desired state
  public record Environment(
      String name,
      String phase,
      String reason,
      @Nullable String url,
      @Nullable String commit,
      boolean settled,
      List<Part> parts) {}

  /// A part of an environment.
  ///
  /// @param state waiting, building, starting, ready, failing, stopped, passed or failed
  /// @param detail the state in a sentence
  /// @param url its public address
  public record Part(String name, String state, String detail, @Nullable String url) {}
}
