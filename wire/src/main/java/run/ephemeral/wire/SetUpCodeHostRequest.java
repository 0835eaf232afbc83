package run.ephemeral.wire;

/// Adds a code host, or replaces the token of one.
///
/// @param kind `gitea`, also for Forgejo
/// @param url where its pages begin
public record SetUpCodeHostRequest(String kind, String url, String token) {
  @Override
  public String toString() {
    return "SetUpCodeHostRequest[%s %s]".formatted(kind, url);
  }
}
