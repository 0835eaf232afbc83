package run.ephemeral.wire;

import org.jspecify.annotations.Nullable;

/// Adds a code host, or replaces the token of one.
///
/// @param kind `gitea`, also for Forgejo
/// @param url where its pages begin
/// @param webhooks the URL at which the host reaches the control plane, which then tells it of
///     changes; absent to keep what is stored
public record SetUpCodeHostRequest(
    String kind, String url, String token, @Nullable String webhooks) {
  @Override
  public String toString() {
    return "SetUpCodeHostRequest[%s %s]".formatted(kind, url);
  }
}
