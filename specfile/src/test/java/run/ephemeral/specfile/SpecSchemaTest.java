package run.ephemeral.specfile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import run.ephemeral.core.spec.AppName;
import run.ephemeral.core.spec.ComponentName;

/// The schema, the reference page and the examples in messages cover all keys of the reader.
class SpecSchemaTest {
  private static final String SERVICE = "/properties/services/additionalProperties/";
  private static final String SEED = "/properties/data/additionalProperties/properties/seed/oneOf";

  @Test
  void theSchemaKnowsTheTypesOfTheReader() throws JsonProcessingException {
    check("/$id", "\"https://ephemeral.run/schema/v1.json\"");
    check("/required", "[\"app\",\"services\"]");
    check("/additionalProperties", "false");
    check(SERVICE + "additionalProperties", "false");
    check(SERVICE + "properties/public/type", "\"boolean\"");
    check(SERVICE + "properties/public/default", "false");
    check(SERVICE + "properties/path/default", "\".\"");
    check(SERVICE + "properties/port/type", "\"integer\"");
    check(SERVICE + "properties/needs/items/maxLength", "" + ComponentName.LONGEST);
    check("/properties/app/maxLength", "" + AppName.LONGEST);
    check("/properties/start/properties/when/enum", "[\"always\",\"command\"]");
    check("/properties/tests/additionalProperties/required", "[\"run\"]");
    check(SEED + "/0/$ref", "\"#/$defs/text\"");
    check("/$defs/text/type", "[\"string\",\"number\",\"boolean\"]");
    check("/properties/sleep/properties/idle/$ref", "\"#/$defs/duration\"");
    check(SEED + "/1/type", "\"object\"");
  }

  @Test
  void theSchemaDoesNotOfferWhatIsNotBuilt() throws JsonProcessingException {
    check("/properties/charts", "");
    check(SERVICE + "properties/repo", "");
    check("/properties/budget", "");
  }

  @Test
  void theNamePatternAgreesWithTheNames() {
    for (var name : List.of("a", "web", "a1-b2", "a-1", "1a", "-a", "a-", "a--b", "A", "a_b", "")) {
      var fits = name.matches(Shape.Name.PATTERN);
      assertThat(fits).as(name).isEqualTo(run.ephemeral.core.Label.fits(name, 20));
    }
  }

  @Test
  void theReferencePageHasEveryKeyThereIs() {
    var page = SpecReference.markdown();
    for (var key : keys(Shape.FILE)) {
      assertThat(page).contains((key.built() ? "| `%s` |" : "- `%s`:").formatted(key.name()));
    }
  }

  @Test
  void everyKeyHasAnExampleForMessages() {
    var built = keys(Shape.FILE).stream().filter(Key::built).map(Key::name);
    assertThat(built).allMatch(Example::isThereOneOf);
  }

  private static void check(String pointer, String expected) throws JsonProcessingException {
    JsonNode schema = new JsonMapper().readTree(SpecSchema.json());
    assertThat(schema.at(pointer).toString()).as(pointer).isEqualTo(expected);
  }

  private static List<Key> keys(Shape shape) {
    var keys = new ArrayList<Key>();
    switch (shape) {
      case Shape.Fields fields ->
          fields
              .keys()
              .forEach(
                  key -> {
                    keys.add(key);
                    if (key.built()) {
                      keys.addAll(keys(key.shape()));
                    }
                  });
      case Shape.Entries entries -> keys.addAll(keys(entries.value()));
      default -> {}
    }
    return keys;
  }
}
