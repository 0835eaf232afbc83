package run.ephemeral.testkit.github;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.oas.OpenApi30;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/// GitHub's own description of its API: checks requests and answers, and has an example of each
/// answer.
final class Description {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern VARIABLE = Pattern.compile("\\{([a-z_-]+)\\}");
  private static final OpenApi30Factory SCHEMAS = new OpenApi30Factory();

  private final JsonNode root;
  private final List<Template> templates = new ArrayList<>();
  private final Map<String, JsonSchema> schemas = new ConcurrentHashMap<>();

  private Description(JsonNode root) {
    this.root = root;
    for (var entry : root.path("paths").properties()) {
      templates.add(Template.of(entry.getKey()));
    }
  }

  static Description read(Path file) {
    try {
      return new Description(JSON.readTree(file.toFile()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private record Template(String path, Pattern pattern, List<String> variables) {
    static Template of(String path) {
      var variables = new ArrayList<String>();
      var matcher = VARIABLE.matcher(path);
      while (matcher.find()) {
        variables.add(matcher.group(1));
      }
      var pattern = VARIABLE.matcher(path).replaceAll("([^/]+)");
      // A ref has slashes.
      var whole =
          path.endsWith("/git/matching-refs/{ref}")
              ? pattern.substring(0, pattern.length() - "([^/]+)".length()) + "(.+)"
              : pattern;
      return new Template(path, Pattern.compile(whole), variables);
    }
  }

  /// A request that the API has.
  ///
  /// @param name such as `GET /app`
  /// @param variables of its path
  record Operation(String name, JsonNode description, Map<String, String> variables) {}

  /// @param path as it was sent
  Optional<Operation> find(String method, String path) {
    Template best = null;
    for (var each : templates) {
      var isThere = root.path("paths").path(each.path()).has(method.toLowerCase(Locale.ROOT));
      if (isThere
          && each.pattern().matcher(path).matches()
          && (best == null || each.variables().size() < best.variables().size())) {
        best = each;
      }
    }
    if (best == null) {
      return Optional.empty();
    }
    var matcher = best.pattern().matcher(path);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    var variables = new HashMap<String, String>();
    for (int i = 0; i < best.variables().size(); i++) {
      variables.put(
          best.variables().get(i), URLDecoder.decode(matcher.group(i + 1), StandardCharsets.UTF_8));
    }
    var description = root.path("paths").path(best.path()).path(method.toLowerCase(Locale.ROOT));
    return Optional.of(new Operation(method + " " + best.path(), description, variables));
  }

  private JsonNode resolved(JsonNode node) {
    var at = node;
    while (at.has("$ref")) {
      at = root.at(at.path("$ref").asText().substring(1));
    }
    return at;
  }

  /// What is wrong with a request.
  List<String> problems(Operation operation, Map<String, String> query, Optional<JsonNode> body) {
    var problems = new ArrayList<String>();
    var parameters = new HashMap<String, JsonNode>();
    for (var each : operation.description().path("parameters")) {
      var parameter = resolved(each);
      parameters.put(parameter.path("name").asText(), parameter);
    }
    query.forEach(
        (name, value) -> {
          var known = parameters.get(name);
          if (known == null) {
            problems.add("no parameter " + name);
          } else {
            problems.addAll(
                problems(
                    operation.name() + " ?" + name,
                    known.path("schema"),
                    typed(known.path("schema"), value)));
          }
        });
    var schema = operation.description().at("/requestBody/content/application~1json/schema");
    if (body.isPresent() && schema.isMissingNode()) {
      problems.add("no body is described");
    } else if (body.isPresent()) {
      problems.addAll(problems(operation.name() + " body", schema, body.get()));
      for (var each : body.get().properties()) {
        var isOpen = resolved(schema).path("properties").isMissingNode();
        if (!isOpen && !resolved(schema).path("properties").has(each.getKey())) {
          problems.add("no property " + each.getKey());
        }
      }
    } else if (operation.description().at("/requestBody/required").asBoolean()) {
      problems.add("a body is required");
    }
    return problems;
  }

  private JsonNode typed(JsonNode schema, String value) {
    var isNumber = resolved(schema).path("type").asText().equals("integer");
    return isNumber && value.matches("-?[0-9]{1,18}")
        ? JSON.getNodeFactory().numberNode(Long.parseLong(value))
        : JSON.getNodeFactory().textNode(value);
  }

  /// What is wrong with an answer.
  List<String> problems(Operation operation, int status, JsonNode answer) {
    var name = operation.name() + " " + status;
    var response =
        resolved(operation.description().path("responses").path(Integer.toString(status)));
    if (response.isMissingNode()) {
      return List.of(name + " is not described");
    }
    var schema = response.at("/content/application~1json/schema");
    return schema.isMissingNode() ? List.of() : problems(name, schema, answer);
  }

  private List<String> problems(String name, JsonNode schema, JsonNode value) {
    var known =
        schemas.computeIfAbsent(
            name,
            _ -> {
              ObjectNode whole = JSON.createObjectNode();
              whole.setAll((ObjectNode) schema);
              whole.set("components", root.path("components"));
              return SCHEMAS.schema(whole);
            });
    return known.validate(value).stream().map(it -> name + ": " + it.getMessage()).toList();
  }

  /// A copy of the first example of an answer.
  JsonNode example(Operation operation, int status) {
    var response =
        resolved(operation.description().path("responses").path(Integer.toString(status)));
    var examples = response.at("/content/application~1json/examples");
    return resolved(examples.elements().next()).path("value").deepCopy();
  }

  private static final class OpenApi30Factory {
    private final JsonSchemaFactory factory =
        JsonSchemaFactory.getInstance(
            VersionFlag.V4,
            builder ->
                builder
                    .metaSchema(OpenApi30.getInstance())
                    .defaultMetaSchemaIri(OpenApi30.getInstance().getIri()));

    JsonSchema schema(JsonNode schema) {
      var config = SchemaValidatorsConfig.builder().preloadJsonSchema(false).build();
      return factory.getSchema(schema, config);
    }
  }
}
