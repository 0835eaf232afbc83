package run.ephemeral.specfile;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;

/// Files with every key of the schema, each with one error. Generated from the same [Shape]s as the
/// reader, so that new keys are covered automatically.
final class Mutations {
  /// Valid values where the shape alone does not determine one.
  private static final Map<String, String> RIGHT =
      Map.of(
          "health",
          "/healthz",
          "postgres",
          "18",
          "needs",
          "[db]",
          "app",
          "shop",
          "cpu",
          "250m",
          "memory",
          "256Mi");

  /// A valid name for an entry of a section.
  private static final Map<String, String> NAMES =
      Map.of("services", "web", "data", "db", "tests", "smoke", "env", "TITLE");

  /// Replacements for a value.
  static final List<String> VALUES =
      List.of(
          "null",
          "~",
          "",
          "''",
          "\"\"",
          "\" \"",
          "[]",
          "{}",
          "[null]",
          "[[]]",
          "{a: b}",
          "[{a: [b]}]",
          "{? [a] : b}",
          "true",
          "no",
          "0",
          "-1",
          "+1",
          "08",
          "1.5",
          "1e999",
          "0x1F",
          "0o17",
          "1_000",
          "99999999999999999999",
          "2147483648",
          ".nan",
          "-.inf",
          "2026-01-01",
          "2026-01-01T00:00:00Z",
          "12:30:45",
          "!!binary aGk=",
          "!!set {a}",
          "!!str 1",
          "!own x",
          "*nothing",
          "&a x",
          "&a {<<: *a}",
          "{<<: {run: x}}",
          "{<<: [x]}",
          "{__proto__: x}",
          "{constructor: {prototype: x}}",
          "{a: 1, a: 2}",
          "\"\\0\"",
          "\"\\e[31m\\u202e\"",
          "\"\\U0001F600\"",
          "\"a\\nb\"",
          "${a.b}",
          "\"${secret.X}\"",
          "\"${web.url}${\"",
          "\"${\"",
          "\"$${web.url}\"",
          "\"${}\"",
          "\"${.}\"",
          "\"${web.url${db.url}}\"",
          "\"${pr.title}\"",
          "\"${env.PATH}\"",
          "../..",
          "/etc/passwd",
          "a/../../b",
          "'a\\b'",
          ".",
          "./",
          "//",
          "*",
          "\"!\"",
          "\"!*\"",
          "-rf",
          "$(id)",
          "'`id`'",
          "30m",
          "0s",
          "-1s",
          "99999d",
          "99999d99999h",
          "100000d",
          "1m1d",
          "web",
          "api",
          "db",
          "smoke",
          "pr",
          "secret",
          "WEB",
          "a--b",
          "[web, web]",
          "[pr]",
          "[smoke]",
          "%",
          "@",
          "|",
          "- x",
          "\t",
          "<b>&amp;</b>");

  /// Replacements for a key.
  static final List<String> KEYS =
      List.of(
          "x",
          "X-Y",
          "null",
          "''",
          "1",
          "1.5",
          "true",
          "[a]",
          "{a: b}",
          "<<",
          "__proto__",
          "constructor",
          "\"\\0\"",
          "\"\\e\"",
          "'a b'",
          "\"\\U0001F600\"",
          "pr",
          "env",
          "secret",
          "PORT",
          "EPHEMERAL_X",
          "2026-01-01",
          "*nothing",
          "&a x",
          "!own x",
          "a.b",
          "-");

  /// @param path the keys that lead to the place
  record Change(List<String> path, boolean isKey, String text) {}

  private final List<Change> changes;
  private final boolean everything;
  private final SequencedSet<List<String>> places = new LinkedHashSet<>();

  private Mutations(List<Change> changes, boolean everything) {
    this.changes = changes;
    this.everything = everything;
  }

  /// The file with these changes; without any, it is valid.
  static String file(Change... changes) {
    var everything = changes.length > 0;
    return new Mutations(List.of(changes), everything).value(Shape.FILE, List.of());
  }

  /// Every place that can be changed, including keys that are not built yet.
  static List<List<String>> places() {
    var all = new Mutations(List.of(), true);
    all.value(Shape.FILE, List.of());
    return List.copyOf(all.places);
  }

  private String value(Shape shape, List<String> path) {
    places.add(path);
    for (var change : changes) {
      if (!change.isKey() && change.path().equals(path)) {
        return change.text();
      }
    }
    var name = path.isEmpty() ? "" : path.getLast();
    return RIGHT.getOrDefault(name, right(shape, path, name));
  }

  private String right(Shape shape, List<String> path, String name) {
    return switch (shape) {
      case Shape.Fields fields -> fields(fields, path);
      case Shape.Entries entries ->
          "{" + member(NAMES.getOrDefault(name, "a"), entries.value(), path) + "}";
      case Shape.Items items -> "[" + value(items.item(), and(path, "0")) + "]";
      case Shape.Anything _ -> "{a: [1, {b: c}]}";
      case Shape.Text _ -> "some-text";
      case Shape.Truth _ -> "true";
      case Shape.Whole _ -> "8080";
      case Shape.Span _ -> "90s";
      case Shape.Word word -> word.all().getFirst();
      case Shape.Name _ -> "db";
    };
  }

  /// Keys that are not built yet are invalid by themselves: they are included only where one of
  /// them is changed, or when all places are requested.
  private String fields(Shape.Fields fields, List<String> path) {
    var members = new ArrayList<String>();
    for (var key : fields.keys()) {
      var place = and(path, key.name());
      var changed = changes.stream().anyMatch(change -> change.path().equals(place));
      if (key.built() || changed || (everything && changes.isEmpty())) {
        members.add(member(key.name(), key.shape(), path));
      }
    }
    return "{" + String.join(", ", members) + "}";
  }

  private String member(String key, Shape shape, List<String> path) {
    var place = and(path, key);
    var text = key;
    for (var change : changes) {
      if (change.isKey() && change.path().equals(place)) {
        text = change.text();
      }
    }
    return text + " : " + value(shape, place);
  }

  private static List<String> and(List<String> path, String step) {
    var longer = new ArrayList<>(path);
    longer.add(step);
    return List.copyOf(longer);
  }
}
