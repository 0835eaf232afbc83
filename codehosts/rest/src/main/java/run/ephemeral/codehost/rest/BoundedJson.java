package run.ephemeral.codehost.rest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;

/// Reads the answer of a host that is not trusted: of the fields that are used only, with texts of
/// bounded length, and no more values than the longest honest answer has.
final class BoundedJson {
  private static final long MOST_BYTES = 64L << 20;
  private static final int MOST_VALUES = 100_000;
  private static final int LONGEST_TEXT = 16 << 10;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Set<String> fields;
  private final boolean withBodies;
  private int values;

  /// @param fields that are read
  /// @param withBodies whether the texts of comments are needed; others can be long, and are not
  private BoundedJson(Set<String> fields, boolean withBodies) {
    this.fields = fields;
    this.withBodies = withBodies;
  }

  static JsonNode read(InputStream answer, Set<String> fields, boolean withBodies)
      throws IOException {
    try (var parser = JSON.createParser(new Bounded(answer))) {
      return parser.nextToken() == null
          ? JsonNodeFactory.instance.missingNode()
          : new BoundedJson(fields, withBodies).value(parser);
    }
  }

  private JsonNode value(JsonParser parser) throws IOException {
    values++;
    if (values > MOST_VALUES) {
      throw new TooLarge();
    }
    var nodes = JsonNodeFactory.instance;
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> {
        var all = nodes.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          all.add(value(parser));
        }
        yield all;
      }
      case VALUE_STRING -> {
        var text = parser.getText();
        yield nodes.textNode(text.substring(0, Math.min(text.length(), LONGEST_TEXT)));
      }
      case VALUE_NUMBER_INT ->
          parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
              ? nodes.nullNode()
              : nodes.numberNode(parser.getLongValue());
      case VALUE_TRUE -> nodes.booleanNode(true);
      case VALUE_FALSE -> nodes.booleanNode(false);
      default -> nodes.nullNode();
    };
  }

  private JsonNode object(JsonParser parser) throws IOException {
    var object = JsonNodeFactory.instance.objectNode();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      var name = parser.currentName();
      var token = parser.nextToken();
      if (isRead(name)) {
        object.set(name, value(parser));
      } else if (token.isStructStart()) {
        parser.skipChildren();
      }
    }
    return object;
  }

  private boolean isRead(String name) {
    return name.equals("body") ? withBodies : fields.contains(name);
  }

  /// Ends with [TooLarge] where an honest answer would have ended long ago.
  private static final class Bounded extends FilterInputStream {
    private long left = MOST_BYTES;

    Bounded(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      count(1);
      return super.read();
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      var read = super.read(into, offset, length);
      count(read);
      return read;
    }

    private void count(int read) throws TooLarge {
      left -= read;
      if (left < 0) {
        throw new TooLarge();
      }
    }
  }
}
