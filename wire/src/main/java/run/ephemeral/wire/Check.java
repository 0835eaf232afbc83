package run.ephemeral.wire;

import org.jspecify.annotations.Nullable;

/// One check of `doctor`.
///
/// @param status ok, warning or failing
/// @param fix what to do; absent when ok
/// @param leftover identifies the leftover resource in a request to remove it; absent when there is
///     none
public record Check(
    String name, String status, String detail, @Nullable String fix, @Nullable String leftover) {
  public Check(String name, String status, String detail, @Nullable String fix) {
    this(name, status, detail, fix, null);
  }
}
