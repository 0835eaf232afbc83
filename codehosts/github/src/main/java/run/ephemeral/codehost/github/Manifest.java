package run.ephemeral.codehost.github;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the GitHub App needs: no more than this is asked for.
final class Manifest {
  static final Map<String, String> PERMISSIONS =
      Map.of(
          "metadata", "read",
          "contents", "read",
          "pull_requests", "write",
          "issues", "write",
          "checks", "write",
          "deployments", "write",
          "merge_queues", "read");

  static final List<String> EVENTS =
      List.of(
          "pull_request",
          "pull_request_review",
          "issue_comment",
          "push",
          "check_run",
          "check_suite",
          "repository",
          "merge_group");

  private static final ObjectMapper JSON = new ObjectMapper();

  private Manifest() {}

  /// @param name of the App, unique at GitHub
  /// @param redirect where GitHub leads to with a code, once the App is made
  /// @param hook to which deliveries are sent; empty for none
  static String of(String name, String redirect, Optional<String> hook) {
    var manifest = new LinkedHashMap<String, Object>();
    manifest.put("name", name);
    manifest.put("url", "https://ephemeral.run");
    manifest.put("redirect_url", redirect);
    manifest.put("public", false);
    manifest.put("default_permissions", PERMISSIONS);
    hook.ifPresent(
        url -> {
          manifest.put("hook_attributes", Map.of("url", url, "active", true));
          manifest.put("default_events", EVENTS);
        });
    return JSON.valueToTree(manifest).toString();
  }
}
