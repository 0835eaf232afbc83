package run.ephemeral.engine.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.stream.Stream;

/// The conditions in the status of an object that are true.
final class Conditions {
  private Conditions() {}

  static Stream<JsonNode> of(JsonNode object) {
    return object
        .at("/status/conditions")
        .valueStream()
        .filter(condition -> condition.path("status").asText().equals("True"));
  }

  /// @param type such as `Ready`
  static Optional<JsonNode> find(JsonNode object, String type) {
    return of(object).filter(condition -> condition.path("type").asText().equals(type)).findFirst();
  }

  static boolean isReady(JsonNode object) {
    return find(object, "Ready").isPresent();
  }
}
