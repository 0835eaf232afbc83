package run.ephemeral.specfile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/// The JSON Schema of `ephemeral.yaml`, for editors.
///
/// Describes the values of each key. Rules between keys are in [run.ephemeral.core.spec.SpecRules].
/// Keys that are not built yet are omitted, so that no editor suggests them.
public final class SpecSchema {
  private static final String ID = "https://ephemeral.run/schema/v1.json";
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private SpecSchema() {}

  /// The schema, indented, with a final line break. Deterministic.
  public static String json() {
    var schema = JSON.objectNode();
    schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    schema.put("$id", ID);
    schema.put("title", "ephemeral.yaml");
    schema.put("description", "What an app needs to run once for every pull request.");
    schema.setAll(of(Shape.FILE));
    schema.set("$defs", definitions());
    var indenter = new DefaultIndenter("  ", "\n");
    var printer =
        new DefaultPrettyPrinter().withObjectIndenter(indenter).withArrayIndenter(indenter);
    try {
      return new JsonMapper().writer(printer).writeValueAsString(schema) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of JSON can be written", e);
    }
  }

  private static ObjectNode definitions() {
    var definitions = JSON.objectNode();
    var text = definitions.putObject("text");
    text.putArray("type").add("string").add("number").add("boolean");
    var duration = type("string").put("pattern", Shape.Span.PATTERN);
    definitions.set("duration", duration);
    return definitions;
  }

  private static ObjectNode of(Shape shape) {
    return switch (shape) {
      case Shape.Text _ -> JSON.objectNode().put("$ref", "#/$defs/text");
      case Shape.Truth _ -> type("boolean");
      case Shape.Whole _ -> type("integer");
      case Shape.Span _ -> JSON.objectNode().put("$ref", "#/$defs/duration");
      case Shape.Word word -> {
        var words = JSON.objectNode();
        word.all().forEach(words.putArray("enum")::add);
        yield words;
      }
      case Shape.Name name ->
          type("string").put("pattern", Shape.Name.PATTERN).put("maxLength", name.longest());
      case Shape.Items items -> type("array").set("items", of(items.item()));
      case Shape.Entries entries -> entries(entries);
      case Shape.Fields fields -> fields(fields);
      case Shape.Anything _ -> JSON.objectNode();
    };
  }

  private static ObjectNode type(String type) {
    return JSON.objectNode().put("type", type);
  }

  private static ObjectNode entries(Shape.Entries entries) {
    var object = type("object");
    if (entries.key() instanceof Shape.Name) {
      object.set("propertyNames", of(entries.key()));
    }
    object.set("additionalProperties", of(entries.value()));
    return object;
  }

  private static ObjectNode fields(Shape.Fields fields) {
    var object = type("object");
    object.put("additionalProperties", false);
    var required = fields.built().stream().filter(Key::required).map(Key::name).toList();
    if (!required.isEmpty()) {
      required.forEach(object.putArray("required")::add);
    }
    var properties = object.putObject("properties");
    fields.built().forEach(key -> properties.set(key.name(), property(key)));
    if (fields.shortForm().isEmpty()) {
      return object;
    }
    var either = JSON.objectNode();
    either.putArray("oneOf").add(of(fields.shortForm().get().shape())).add(object);
    return either;
  }

  private static ObjectNode property(Key key) {
    var property = JSON.objectNode();
    property.put("description", key.meaning());
    property.setAll(of(key.shape()));
    key.fallback()
        .ifPresent(
            fallback -> {
              switch (fallback) {
                case String text -> property.put("default", text);
                case Boolean truth -> property.put("default", truth);
                case Enum<?> word -> property.put("default", Shape.Word.inFile(word));
                default -> {}
              }
            });
    return property;
  }
}
