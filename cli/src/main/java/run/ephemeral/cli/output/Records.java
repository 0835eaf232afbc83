package run.ephemeral.cli.output;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import run.ephemeral.cli.api.Json;

/// Prints records for programs. The YAML library is loaded only for YAML.
public final class Records {
  private Records() {}

  public static void print(Screen screen, Format format, JsonNode node) {
    screen.raw(format == Format.YAML ? yaml(node) : Json.pretty(node) + "\n");
  }

  /// Prints one record of a stream: a line of JSON, or a YAML document.
  public static void printOne(Screen screen, Format format, JsonNode node) {
    screen.raw(format == Format.YAML ? "---\n" + yaml(node) : node + "\n");
  }

  private static String yaml(JsonNode node) {
    try {
      return YAMLMapper.builder()
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
          .build()
          .writeValueAsString(node);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
