package run.ephemeral.wire;

import org.jspecify.annotations.Nullable;

/// One thing `doctor` looked at.
///
/// @param status ok, warning or failing
/// @param fix what to do; absent when ok
/// @param leftover what to call it when asking for its removal; absent when it is none
public record Check(
    String name, String status, String detail, @Nullable String fix, @Nullable String leftover) {
  public Check(String name, String status, String detail, @Nullable String fix) {
    this(name, status, detail, fix, null);
  }
}
