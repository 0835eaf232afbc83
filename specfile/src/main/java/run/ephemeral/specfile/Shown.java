package run.ephemeral.specfile;

import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/// Formats pieces of the file for messages: short, on one line, without control characters.
///
/// Does not escape anything for HTML or a terminal: the code that prints a message does.
final class Shown {
  private static final int LONGEST = 60;
  private static final int LONGEST_MESSAGE = 600;

  private Shown() {}

  static String brief(String text) {
    return cut(text, LONGEST).replaceAll("\\p{Cntrl}+", " ").strip();
  }

  static String quoted(String text) {
    return "`" + brief(text) + "`";
  }

  /// A message that may contain text of the file.
  static String message(String message) {
    return cut(message, LONGEST_MESSAGE).replaceAll("\\p{Cntrl}+", " ");
  }

  /// The actual value, in words that fit after "not".
  static String found(Node node) {
    return switch (node) {
      case MappingNode _ -> "a mapping";
      case ScalarNode scalar when scalar.isPlain() && scalar.getValue().isEmpty() -> "nothing";
      case ScalarNode scalar when scalar.isPlain() -> quoted(scalar.getValue());
      case ScalarNode scalar -> "the text " + quoted('"' + brief(scalar.getValue()) + '"');
      default -> "a list";
    };
  }

  private static String cut(String text, int longest) {
    if (text.length() <= longest) {
      return text;
    }
    var end = Character.isHighSurrogate(text.charAt(longest - 1)) ? longest - 1 : longest;
    return text.substring(0, end) + "…";
  }
}
