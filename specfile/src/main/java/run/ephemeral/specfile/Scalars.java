package run.ephemeral.specfile;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import run.ephemeral.core.spec.Nearest;

/// Parses one scalar of the file: text, boolean, number, duration, word or name.
///
/// Text is kept as written, so that `1.10` stays `1.10`.
final class Scalars {
  private static final Pattern WHOLE = Pattern.compile("[-+]?[0-9]{1,9}");
  private static final Pattern SPAN = Pattern.compile(Shape.Span.PATTERN);
  private static final List<Duration> UNITS =
      List.of(
          Duration.ofDays(1), Duration.ofHours(1), Duration.ofMinutes(1), Duration.ofSeconds(1));

  private Scalars() {}

  /// The result of parsing.
  sealed interface Value {}

  record Good(Object value) implements Value {}

  /// @param why a predicate to put after the name of the key
  record Bad(String why) implements Value {}

  /// Another type was expected: the message should contain an example.
  record Mistaken() implements Value {}

  static Value read(Shape.Scalar shape, ScalarNode node) {
    var text = node.getValue();
    return switch (shape) {
      case Shape.Text _ -> text(text);
      case Shape.Truth _ -> truth(node);
      case Shape.Whole _ ->
          node.isPlain() && WHOLE.matcher(text).matches()
              ? new Good(Integer.parseInt(text))
              : new Mistaken();
      case Shape.Span _ -> span(text);
      case Shape.Word word -> word(word, text);
      case Shape.Name name -> name(name, text);
    };
  }

  private static Value text(String text) {
    return text.indexOf('\0') >= 0 ? new Bad("cannot hold a NUL character") : new Good(text);
  }

  private static Value truth(ScalarNode node) {
    return node.getTag().equals(Tag.BOOL)
        ? new Good(node.getValue().equalsIgnoreCase("true"))
        : new Mistaken();
  }

  private static Value span(String text) {
    var match = SPAN.matcher(text);
    if (!match.matches()) {
      return new Mistaken();
    }
    var sum = Duration.ZERO;
    for (int i = 0; i < UNITS.size(); i++) {
      var part = match.group(i + 1);
      if (part != null) {
        var count = Integer.parseInt(part.substring(0, part.length() - 1));
        sum = sum.plus(UNITS.get(i).multipliedBy(count));
      }
    }
    return sum.isZero() ? new Bad("must be longer than nothing") : new Good(sum);
  }

  private static Value word(Shape.Word shape, String text) {
    for (var constant : shape.constants()) {
      if (Shape.Word.inFile(constant).equals(text)) {
        return new Good(constant);
      }
    }
    var hint = Nearest.hint(text.toLowerCase(Locale.ROOT), shape.all());
    return new Bad("must be %s, not %s.%s".formatted(shape.words(), Shown.quoted(text), hint));
  }

  private static Value name(Shape.Name shape, String text) {
    try {
      return new Good(shape.make().apply(text));
    } catch (IllegalArgumentException e) {
      return new Bad("cannot be %s: %s".formatted(Shown.quoted(text), e.getMessage()));
    }
  }

  /// Normalises a path inside the repository: `./web/` becomes `web`. A leading slash and `..` are
  /// kept, for the rules to reject.
  static String path(String path) {
    var steps = new ArrayList<String>();
    for (var step : path.split("/", -1)) {
      if (!step.isEmpty() && !step.equals(".")) {
        steps.add(step);
      }
    }
    var joined = String.join("/", steps);
    if (path.startsWith("/")) {
      return "/" + joined;
    }
    return joined.isEmpty() ? "." : joined;
  }
}
