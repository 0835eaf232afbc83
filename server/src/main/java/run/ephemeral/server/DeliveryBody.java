package run.ephemeral.server;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/// What is read of a delivery: where something changed, and whether that is news.
///
/// @param repository its path, in lower case; empty for none
/// @param action such as `edited`; empty for none
/// @param sender the type of its account, such as `Bot`; empty for none
/// @param keys of the whole
record DeliveryBody(String repository, String action, String sender, Set<String> keys) {
  private static final Set<String> WRITTEN =
      Set.of("check_run", "check_suite", "deployment", "deployment_status");
  private static final JsonFactory JSON = new JsonFactory();

  /// @throws IOException when it is no JSON
  static DeliveryBody read(byte[] body) throws IOException {
    try (var parser = JSON.createParser(body)) {
      var keys = new HashSet<String>();
      var repository = "";
      var action = "";
      var sender = "";
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        parser.skipChildren();
      } else {
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          var key = parser.currentName();
          keys.add(key);
          parser.nextToken();
          switch (key) {
            case "repository" -> repository = text(parser, "full_name");
            case "sender" -> sender = text(parser, "type");
            case "action" -> action = parser.getValueAsString("");
            default -> parser.skipChildren();
          }
        }
      }
      if (parser.nextToken() != null) {
        throw new IOException("there is more than one value");
      }
      return new DeliveryBody(repository.toLowerCase(Locale.ROOT), action, sender, keys);
    }
  }

  /// The text of a key of an object, which is read to its end.
  private static String text(JsonParser parser, String wanted) throws IOException {
    var found = "";
    if (!parser.isExpectedStartObjectToken()) {
      parser.skipChildren();
      return found;
    }
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      var isWanted = parser.currentName().equals(wanted);
      parser.nextToken();
      if (isWanted) {
        found = parser.getValueAsString("");
      }
      parser.skipChildren();
    }
    return found;
  }

  /// Comments that are edited, or are of bots, are no commands; most of them are our own. What was
  /// written to a commit is our own as well.
  boolean isNews() {
    if (keys.contains("comment")) {
      return !sender.equals("Bot") && !action.equals("edited");
    }
    return WRITTEN.stream().noneMatch(keys::contains);
  }
}
