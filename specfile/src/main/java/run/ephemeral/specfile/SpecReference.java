package run.ephemeral.specfile;

import java.util.Optional;
import java.util.StringJoiner;

/// The reference page of `ephemeral.yaml`: one table for each kind of mapping.
///
/// Made of the same descriptions as the schema. It teaches nothing and has no examples of whole
/// files: the tutorial does that.
public final class SpecReference {
  private static final String HEAD =
      """
      # ephemeral.yaml

      Every key of the file. Unknown keys are errors. Durations are written like `90s`, `30m`,
      `1h30m` or `3d`; names are lower-case letters, digits and single dashes and begin with a
      letter. The same as a JSON Schema, for editors:
      [ephemeral.schema.json](ephemeral.schema.json).

      This page is generated from the program: `./dev generate`.
      """;

  private final StringJoiner sections = new StringJoiner("\n");

  private SpecReference() {}

  /// The page, in Markdown. The same text every time.
  public static String markdown() {
    var page = new SpecReference();
    page.sections.add(HEAD);
    page.section("The file", "", Shape.FILE);
    return page.sections.toString();
  }

  private void section(String title, String path, Shape.Fields fields) {
    var rows = new StringBuilder("## %s\n\n".formatted(title));
    rows.append("| key | what it is | default | meaning |\n|---|---|---|---|\n");
    fields.built().forEach(key -> rows.append(row(path, key)));
    var absent = fields.keys().stream().filter(key -> !key.built()).toList();
    if (!absent.isEmpty()) {
      rows.append("\nNot built yet:\n\n");
      absent.forEach(
          key -> rows.append("- `%s`: %s\n".formatted(key.name(), key.doc().notBuilt())));
    }
    sections.add(rows);
    for (var key : fields.built()) {
      var inner = path + key.name();
      nested(key.shape())
          .ifPresent(
              below -> {
                var deeper = key.shape() instanceof Shape.Entries ? inner + ".<name>" : inner;
                section("`" + deeper + "`", deeper + ".", below);
              });
    }
  }

  private static Optional<Shape.Fields> nested(Shape shape) {
    return switch (shape) {
      case Shape.Fields fields -> Optional.of(fields);
      case Shape.Entries entries -> nested(entries.value());
      default -> Optional.empty();
    };
  }

  private static String row(String path, Key key) {
    var meaning = key.meaning().replace("<", "&lt;").replace("*", "\\*").replace("|", "\\|");
    return "| `%s` | %s | %s | %s |\n"
        .formatted(key.name(), what(path, key), fallback(key), meaning);
  }

  private static String what(String path, Key key) {
    return switch (key.shape()) {
      case Shape.Entries(_, Shape.Fields _) ->
          "names, each with [keys](#%s)".formatted(anchor(path, key));
      case Shape.Entries(_, var value) -> "names, each with " + value.words();
      case Shape.Fields fields ->
          fields.shortForm().isPresent()
              ? "`%s`, or [keys](#%s)".formatted(fields.shortForm().get().name(), anchor(path, key))
              : "[keys](#%s)".formatted(anchor(path, key));
      default -> key.shape().words();
    };
  }

  /// The anchor of a heading as Markdown renderers make it: without punctuation.
  private static String anchor(String path, Key key) {
    var heading = path + key.name() + (key.shape() instanceof Shape.Entries ? ".<name>" : "");
    return heading.replaceAll("[^a-z_-]", "");
  }

  private static String fallback(Key key) {
    if (key.required()) {
      return "**required**";
    }
    return switch (key.fallback().orElseThrow()) {
      case String text -> "`" + text + "`";
      case Boolean truth -> "`" + truth + "`";
      case Enum<?> word -> "`" + Shape.Word.inFile(word) + "`";
      default -> "";
    };
  }
}
