package run.ephemeral.specfile;

import java.util.Map;

/// A valid value for every key, to be shown in error messages.
final class Example {
  private static final Map<String, String> VALUES =
      Map.ofEntries(
          Map.entry("app", "shop"),
          Map.entry("services", "{ web: { run: node server.js } }"),
          Map.entry("data", "{ db: { postgres: 18 } }"),
          Map.entry("tests", "{ smoke: { run: npm test } }"),
          Map.entry("start", "{ when: always }"),
          Map.entry("sleep", "{ idle: 30m }"),
          Map.entry("expire", "{ after: 3d }"),
          Map.entry("remind", "{ expire: false }"),
          Map.entry("path", "web"),
          Map.entry("build", "npm ci"),
          Map.entry("run", "node server.js"),
          Map.entry("image", "acme/web"),
          Map.entry("port", "8080"),
          Map.entry("public", "true"),
          Map.entry("health", "/healthz"),
          Map.entry("ready_within", "90s"),
          Map.entry("env", "{ TITLE: Preview }"),
          Map.entry("needs", "[db]"),
          Map.entry("resources", "{ memory: 256Mi }"),
          Map.entry("cpu", "250m"),
          Map.entry("memory", "256Mi"),
          Map.entry("postgres", "18"),
          Map.entry("seed", "db/seed.sql"),
          Map.entry("when", "always"),
          Map.entry("branches", "[feature/*]"),
          Map.entry("skip", "{ authors: [dependabot] }"),
          Map.entry("authors", "[dependabot]"),
          Map.entry("drafts", "true"),
          Map.entry("labels", "[wip]"),
          Map.entry("paths", "[docs/*]"),
          Map.entry("label", "preview"),
          Map.entry("idle", "30m"),
          Map.entry("after", "3d"));

  private Example() {}

  static boolean isThereOneOf(String key) {
    return VALUES.containsKey(key);
  }

  /// An example of a key of the file, as `key: value`.
  static String of(String key) {
    return key + ": " + VALUES.getOrDefault(key, "...");
  }

  /// An example of an entry that the author named, as `name: value`.
  static String of(String name, Shape shape) {
    return switch (shape) {
      case Shape.Fields fields ->
          fields.key("postgres").or(() -> fields.key("run")).stream()
              .map(key -> "%s: { %s }".formatted(name, of(key.name())))
              .findFirst()
              .orElseGet(() -> of(name));
      case Shape.Text _ -> name + ": some text";
      default -> of(name);
    };
  }
}
