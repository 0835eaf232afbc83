package run.ephemeral.specfile;

import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;
import run.ephemeral.core.spec.SpecProblem;

/// Parses YAML to a tree of nodes with lines and columns, or to the one syntax error.
///
/// Stops at the first error, because guesses would follow. Bounded before parsing (characters) and
/// before the tree is built ([Unfolding]). Knows no keys; [Binder] reports duplicate keys.
sealed interface YamlText {
  int MOST_CHARACTERS = 256 * 1024;

  record Tree(Node root) implements YamlText {}

  record Unreadable(SpecProblem problem) implements YamlText {}

  static YamlText of(String text) {
    if (text.length() > MOST_CHARACTERS) {
      return unreadable(
          1,
          1,
          "the file has %d characters; at most %d are read"
              .formatted(text.length(), MOST_CHARACTERS));
    }
    try {
      return bounded(text).orElseGet(() -> composed(text));
    } catch (MarkedYamlEngineException e) {
      return syntax(e);
    } catch (ReaderException e) {
      return character(text, e);
    } catch (YamlEngineException e) {
      return unreadable(1, 1, "this is not YAML: " + e.getMessage());
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      // The library throws these without a position: `"\\u"`, `!!x%20`.
      return unreadable(1, 1, "this is not YAML: an escape or a tag in it is malformed");
    }
  }

  private static LoadSettings settings() {
    return LoadSettings.builder()
        .setCodePointLimit(MOST_CHARACTERS)
        .setMaxAliasesForCollections(1000)
        .setAllowDuplicateKeys(false)
        .setAllowRecursiveKeys(false)
        .setAllowNonScalarKeys(true)
        .setSchema(new CoreSchema())
        .build();
  }

  private static Optional<YamlText> bounded(String text) {
    var unfolding = new Unfolding();
    for (var event : new Parse(settings()).parseString(text)) {
      var complaint = unfolding.take(event);
      if (complaint.isPresent()) {
        return Optional.of(unreadable(event.getStartMark(), complaint.get()));
      }
    }
    return Optional.empty();
  }

  private static YamlText composed(String text) {
    var root = new Compose(settings()).composeString(text);
    if (root.isEmpty() || root.get().getTag().equals(Tag.NULL)) {
      return unreadable(
          1,
          1,
          "the file is empty; the least it says is `%s` and `%s`"
              .formatted(Example.of("app"), Example.of("services")));
    }
    return new Tree(root.get());
  }

  private static YamlText syntax(MarkedYamlEngineException e) {
    var problem = String.valueOf(e.getProblem());
    var context = String.valueOf(e.getContext());
    if (problem.contains("(TAB)")) {
      return unreadable(e.getProblemMark(), "YAML is indented with spaces, not with tabs");
    }
    if (problem.contains("end of stream") && context.contains("quoted")) {
      return unreadable(e.getContextMark(), "a quote is opened here and never closed");
    }
    if (problem.contains("expected ',' or") && problem.contains("<stream end>")) {
      return unreadable(e.getContextMark(), "a bracket is opened here and never closed");
    }
    if (problem.contains("that cannot start any token")) {
      var character = problem.replaceAll("(?s).*?'(.).*", "$1");
      return unreadable(
          e.getProblemMark(), "text that begins with `%s` must be in quotes".formatted(character));
    }
    if (problem.contains("could not find expected ':'")) {
      return unreadable(e.getContextMark(), "a key ends with `:`, which is missing here");
    }
    if (problem.contains("mapping values are not allowed here")) {
      return unreadable(
          e.getProblemMark(),
          "a `:` cannot stand here; quote the text that it is part of, or check the indentation");
    }
    if (problem.contains("expected <block end>")) {
      return unreadable(
          e.getProblemMark(), "this does not line up with what is above; check the indentation");
    }
    var what = context.isBlank() || context.equals("null") ? problem : context + ", " + problem;
    return unreadable(e.getProblemMark(), "this is not YAML: " + what);
  }

  private static YamlText character(String text, ReaderException e) {
    var before = text.codePoints().limit(Math.max(0, e.getPosition())).toArray();
    var line = 1;
    var column = 1;
    for (var codePoint : before) {
      line += codePoint == '\n' ? 1 : 0;
      column = codePoint == '\n' ? 1 : column + 1;
    }
    return unreadable(
        line, column, "the character U+%04X cannot stand in YAML".formatted(e.getCodePoint()));
  }

  private static YamlText unreadable(Optional<Mark> mark, String message) {
    return mark.<YamlText>map(m -> new Unreadable(Problems.at(m, List.of(), message)))
        .orElseGet(() -> unreadable(1, 1, message));
  }

  private static YamlText unreadable(int line, int column, String message) {
    return new Unreadable(new SpecProblem(List.of(), line, column, Shown.message(message)));
  }
}
