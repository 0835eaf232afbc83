package run.ephemeral.cli.init;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Writes an `ephemeral.yaml` that is easy to read and to edit.
public final class SpecText {
  private static final Pattern PLAIN =
      Pattern.compile("[A-Za-z0-9./_$][A-Za-z0-9 ./_$@=~+,:()&*|-]*");
  private static final Pattern SPECIAL =
      Pattern.compile("(?i)(true|false|yes|no|on|off|null|~|[-+0-9.][0-9_.eExX+-]*)");

  private static final int MOST_FILES = 4;

  private final StringBuilder text = new StringBuilder();

  private SpecText() {}

  public static String of(Blueprint blueprint) {
    var spec = new SpecText();
    spec.line("# What ephemeral runs for every pull request. Try it: ephemeral run");
    spec.line("app: " + scalar(blueprint.app()));
    spec.line("");
    spec.line("services:");
    blueprint.services().forEach(spec::service);
    if (blueprint.database()) {
      spec.database(blueprint);
    }
    if (!blueprint.notes().isEmpty()) {
      spec.line("");
      blueprint.notes().forEach(note -> spec.line("# Note: " + note + "."));
    }
    return spec.text.toString();
  }

  private void service(Blueprint.Service service) {
    var found = service.found();
    line("  %s:".formatted(service.name()));
    line("    # From %s.".formatted(found.because()));
    found.notes().forEach(note -> line("    # Note: " + note + "."));
    if (!service.path().equals(".")) {
      line("    path: " + scalar(service.path()));
    }
    found.build().ifPresent(build -> line("    build: " + scalar(build)));
    line("    run: " + scalar(found.run()));
    if (service.open()) {
      line("    public: true");
    }
    found.health().ifPresent(health -> line("    health: " + scalar(health)));
    if (!service.env().isEmpty()) {
      line("    env:");
      service.env().forEach((key, value) -> line("      %s: %s".formatted(key, quoted(value))));
    }
  }

  private void database(Blueprint blueprint) {
    line("");
    line("data:");
    line("  db:");
    line("    postgres: 18");
    blueprint
        .seed()
        .ifPresentOrElse(seed -> line("    seed: " + scalar(seed)), () -> suggest(blueprint.sql()));
  }

  /// Suggests existing SQL files as seed, in a comment.
  private void suggest(List<String> sql) {
    var others = sql.stream().skip(1).limit(MOST_FILES).collect(Collectors.joining(", "));
    line(
        "    # seed: %s   # what every new copy holds: a file or a folder%s"
            .formatted(
                sql.isEmpty() ? "..." : scalar(sql.getFirst()),
                others.isEmpty() ? "" : "; there are also " + others));
  }

  private void line(String line) {
    text.append(line).append('\n');
  }

  static String scalar(String value) {
    var plain =
        PLAIN.matcher(value).matches()
            && !SPECIAL.matcher(value).matches()
            && !value.contains(": ")
            && !value.endsWith(":")
            && !value.endsWith(" ");
    return plain ? value : quoted(value);
  }

  private static String quoted(String value) {
    var inside = new StringBuilder();
    value
        .codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '"' -> inside.append("\\\"");
                case '\\' -> inside.append("\\\\");
                case '\n' -> inside.append("\\n");
                default -> {
                  if (Character.isISOControl(c)) {
                    inside.append("\\u%04x".formatted(c));
                  } else {
                    inside.appendCodePoint(c);
                  }
                }
              }
            });
    return "\"" + inside + "\"";
  }
}
