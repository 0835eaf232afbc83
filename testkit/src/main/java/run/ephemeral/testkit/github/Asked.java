package run.ephemeral.testkit.github;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import run.ephemeral.testkit.github.Answers.Answer;
import run.ephemeral.testkit.github.Description.Operation;

/// One request to the test GitHub, and what all answers need.
final class Asked {
  private final Description description;
  final Operation operation;
  final Map<String, String> query;
  final JsonNode body;
  private final Optional<Repository> about;

  Asked(
      Description description,
      Operation operation,
      Map<String, String> query,
      JsonNode body,
      Optional<Repository> about) {
    this.description = description;
    this.operation = operation;
    this.query = query;
    this.body = body;
    this.about = about;
  }

  Repository repository() {
    return about.orElseThrow();
  }

  ObjectNode example(int status) {
    var example = description.example(operation, status);
    return (ObjectNode) (example.isArray() ? example.path(0) : example);
  }

  String variable(String name) {
    return operation.variables().getOrDefault(name, "");
  }

  long id(String name) {
    return Long.parseLong(variable(name));
  }

  Answer found(JsonNode json) {
    return Answer.of(200, json);
  }

  Answer made(JsonNode json) {
    return Answer.of(201, json);
  }

  /// One page of a list.
  <T> Answer list(Stream<T> items, Function<T, ObjectNode> shown) {
    var perPage = Integer.parseInt(query.getOrDefault("per_page", "30"));
    var page = Integer.parseInt(query.getOrDefault("page", "1"));
    var all = items.toList();
    ArrayNode array = GitHub.JSON.createArrayNode();
    all.stream().skip((long) (page - 1) * perPage).limit(perPage).map(shown).forEach(array::add);
    var hasNext = all.size() > page * perPage;
    return new Answer(
        200, array, hasNext ? Map.of("Link", "<%s>; rel=\"next\"".formatted("x")) : Map.of());
  }
}
