package run.ephemeral.server;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// What is read of a delivery: where something changed, and whether that is news.
///
/// @param repository its path, in lower case; empty for none
/// @param branch its default branch; empty for none
/// @param action such as `edited`; empty for none
/// @param sender the type of its account, such as `Bot`; empty for none
/// @param ref that was pushed; empty for none
/// @param person who caused it; empty for none
/// @param check the name of the check whose "Re-run" somebody pressed, `commit` that of the commit;
///     empty for none
/// @param isOurs whether its comment was written by this program, also as a user of a Gitea
/// @param isAtPullRequest whether its issue is a pull request
/// @param keys of the whole
record DeliveryBody(
    String repository,
    String branch,
    String action,
    String sender,
    String ref,
    String person,
    String check,
    String commit,
    boolean isOurs,
    boolean isAtPullRequest,
    Set<String> keys) {
  /// With this every comment of this program begins.
  private static final String OURS = "<!-- ephemeral.run";

  private static final Set<String> WRITTEN =
      Set.of("check_run", "check_suite", "deployment", "deployment_status");
  private static final JsonFactory JSON = new JsonFactory();

  /// Of each object of the whole, these keys are read.
  private static final Set<String> READ =
      Set.of(
          "full_name",
          "default_branch",
          "type",
          "login",
          "pull_request",
          "body",
          "name",
          "head_sha");

  /// @throws IOException when it is no JSON
  static DeliveryBody read(byte[] body) throws IOException {
    try (var parser = JSON.createParser(body)) {
      var whole = new HashMap<String, Map<String, String>>();
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          var key = parser.currentName();
          parser.nextToken();
          whole.put(key, value(parser));
        }
      } else {
        parser.skipChildren();
      }
      if (parser.nextToken() != null) {
        throw new IOException("there is more than one value");
      }
      return new DeliveryBody(
          text(whole, "repository", "full_name").toLowerCase(Locale.ROOT),
          text(whole, "repository", "default_branch"),
          text(whole, "action", ""),
          text(whole, "sender", "type"),
          text(whole, "ref", ""),
          text(whole, "sender", "login"),
          text(whole, "check_run", "name"),
          text(whole, "check_run", "head_sha") + text(whole, "check_suite", "head_sha"),
          text(whole, "comment", "body").startsWith(OURS),
          !text(whole, "issue", "pull_request").isEmpty(),
          Set.copyOf(whole.keySet()));
    }
  }

  private static String text(Map<String, Map<String, String>> whole, String key, String part) {
    return whole.getOrDefault(key, Map.of()).getOrDefault(part, "");
  }

  /// What is read of an object, and a text under the empty key.
  private static Map<String, String> value(JsonParser parser) throws IOException {
    if (!parser.isExpectedStartObjectToken()) {
      var text = parser.getValueAsString("");
      parser.skipChildren();
      return Map.of("", text);
    }
    var found = new HashMap<String, String>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      var name = parser.currentName();
      var token = parser.nextToken();
      if (READ.contains(name) && token != JsonToken.VALUE_NULL) {
        found.put(name, token.isStructStart() ? "{}" : parser.getValueAsString(""));
      }
      parser.skipChildren();
    }
    return found;
  }

  /// Comments that are edited, are of bots or at issues are no commands; most of them are our own.
  /// What was written to a commit is our own as well. A push to a branch of a pull request is told
  /// by another delivery.
  boolean isNews() {
    if (keys.contains("comment")) {
      var isOfPerson = !isOurs && !sender.equals("Bot");
      return isOfPerson && isAtPullRequest && !action.equals("edited");
    }
    if (!ref.isEmpty() && keys.contains("pusher")) {
      return ref.equals("refs/heads/" + branch);
    }
    return isRerun() || WRITTEN.stream().noneMatch(keys::contains);
  }

  /// Whether somebody pressed "Re-run" at a check, or at all checks of a commit.
  boolean isRerun() {
    return action.equals("rerequested") && !commit.isEmpty();
  }
}
