package run.ephemeral.wire;

import org.jspecify.annotations.Nullable;

/// Adds a code host, or replaces its credentials.
///
/// @param kind `gitea`, also for Forgejo, or `github`
/// @param url where its pages begin
/// @param token of a Gitea
/// @param app of GitHub; absent when there is a `code`
/// @param code that GitHub gave for a new GitHub App; it is exchanged for the key of the App, once
/// @param webhooks the URL at which the host reaches the control plane, which then tells it of
///     changes; absent to keep what is stored
public record SetUpCodeHostRequest(
    String kind,
    String url,
    @Nullable String token,
    @Nullable GitHubApp app,
    @Nullable String code,
    @Nullable String webhooks) {
  /// @param id of the GitHub App
  /// @param privateKey in PEM
  /// @param webhookSecret with which it signs deliveries; absent for none
  public record GitHubApp(long id, String privateKey, @Nullable String webhookSecret) {
    @Override
    public String toString() {
      return "GitHubApp[%d]".formatted(id);
    }
  }

  @Override
  public String toString() {
    return "SetUpCodeHostRequest[%s %s]".formatted(kind, url);
  }
}
