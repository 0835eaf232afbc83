package run.ephemeral.cli;

import java.io.IOException;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/// Asks the user, on standard error, so that standard output contains results only.
final class Prompt {
  private final World world;

  Prompt(World world) {
    this.world = world;
  }

  /// @return the default when only Enter was pressed, or at the end of input
  String ask(String question, String byDefault) {
    var shown = byDefault.isEmpty() ? question + ": " : "%s [%s]: ".formatted(question, byDefault);
    world.err().raw(shown);
    return answer().filter(text -> !text.isBlank()).map(String::strip).orElse(byDefault);
  }

  /// An answer that is not shown while it is typed, where there is a terminal.
  String secret(String question) {
    var console = Objects.requireNonNull(System.console());
    if (console.isTerminal()) {
      var typed = console.readPassword("%s: ", question);
      return typed == null ? "" : new String(typed);
    }
    return ask(question, "");
  }

  /// Whether the answer was yes; the default is no.
  boolean confirm(String question) {
    world.err().raw(question + " [y/N]: ");
    var answer = answer().orElse("").strip().toLowerCase(Locale.ROOT);
    return answer.equals("y") || answer.equals("yes");
  }

  private Optional<String> answer() {
    try {
      return Optional.ofNullable(world.in().readLine());
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
