import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Parses the JSON of our own services: objects, lists, texts and whole numbers. */
final class Json {

  private final String json;
  private int at;

  private Json(String json) {
    this.json = json;
  }

  /** Reads a list of objects. */
  @SuppressWarnings("unchecked")
  static List<Map<String, Object>> objects(String json) {
    return (List<Map<String, Object>>) new Json(json).value();
  }

  private Object value() {
    return switch (next()) {
      case '[' -> list();
      case '{' -> object();
      case '"' -> text();
      default -> number();
    };
  }

  private List<Object> list() {
    List<Object> list = new ArrayList<>();
    at++;
    while (next() != ']') {
      list.add(value());
      skip(',');
    }
    at++;
    return list;
  }

  private Map<String, Object> object() {
    Map<String, Object> object = new HashMap<>();
    at++;
    while (next() != '}') {
      String name = text();
      skip(':');
      next();
      object.put(name, value());
      skip(',');
    }
    at++;
    return object;
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    at++;
    while (json.charAt(at) != '"') {
      char c = json.charAt(at++);
      text.append(c == '\\' ? escaped(json.charAt(at++)) : c);
    }
    at++;
    return text.toString();
  }

  private char escaped(char c) {
    return switch (c) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'u' -> (char) Integer.parseInt(json, at, at += 4, 16);
      default -> c;
    };
  }

  private Long number() {
    int start = at;
    while (json.charAt(at) == '-' || Character.isDigit(json.charAt(at))) {
      at++;
    }
    return Long.valueOf(json.substring(start, at));
  }

  private char next() {
    while (Character.isWhitespace(json.charAt(at))) {
      at++;
    }
    return json.charAt(at);
  }

  private void skip(char separator) {
    if (next() == separator) {
      at++;
    }
  }
}
