package run.ephemeral.cli;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// Generates the reference page of the command line from picocli's model.
final class Reference {
  private final StringBuilder page = new StringBuilder();

  private Reference() {}

  static CommandLine model(Path folder) {
    return Commands.all(new Cli(new Shell(folder).world()));
  }

  static String of(CommandLine root) {
    var reference = new Reference();
    reference.head(root.getCommandSpec());
    for (var line : new LinkedHashSet<>(root.getSubcommands().values())) {
      reference.command(line);
    }
    return reference.page.toString();
  }

  private void head(CommandSpec root) {
    line("# The command line");
    line("");
    line("<!-- Made from the program by ./dev generate: do not edit. -->");
    line("");
    line("`ephemeral COMMAND --help` says the same. A NAME may be shortened to its beginning or");
    line("end: `1` or `shop-1` for `pr-shop-1`.");
    line("");
    line("Options of every command:");
    line("");
    root.options().forEach(this::option);
    line("");
    line("| exit code | meaning |");
    line("|---|---|");
    Exit.meanings().forEach((code, meaning) -> line("| %s | %s |".formatted(code, meaning)));
    line("");
    line("| environment variable | meaning |");
    line("|---|---|");
    line("| `EPHEMERAL_HOME` | the folder of this machine's control plane; `~/.ephemeral` |");
    line("| `EPHEMERAL_SERVER` | the address of a control plane elsewhere |");
    line("| `EPHEMERAL_TOKEN` | the token it asks for |");
    line("| `EPHEMERAL_URL` | of `server`: where others reach it, such as pipelines |");
    line(
        "| `EPHEMERAL_BOT` | of `server`: the name that commands in comments begin with; `runbot`"
            + " |");
    line("| `NO_COLOR` | no colours |");
  }

  private void command(CommandLine command) {
    var spec = command.getCommandSpec();
    if (spec.usageMessage().hidden()) {
      return;
    }
    line("");
    line("## " + spec.qualifiedName());
    line("");
    for (var text : spec.usageMessage().description()) {
      line(plain(command, text));
    }
    if (spec.aliases().length > 0) {
      line("Also called `" + String.join("`, `", spec.aliases()) + "`.");
    }
    line("");
    line("```");
    line(command.getHelp().synopsis(0).strip());
    line("```");
    line("");
    spec.positionalParameters().forEach(this::argument);
    spec.options().stream().filter(Reference::isOwn).forEach(this::option);
    footer(command);
    for (var child : new LinkedHashSet<>(command.getSubcommands().values())) {
      command(child);
    }
  }

  private void footer(CommandLine command) {
    var usage = command.getCommandSpec().usageMessage();
    line("");
    var heading = plain(command, usage.footerHeading()).strip();
    line(heading + ":");
    line("");
    line("```");
    for (var text : usage.footer()) {
      line(plain(command, text).strip());
    }
    line("```");
  }

  private void argument(ArgSpec argument) {
    line("- `%s` — %s".formatted(argument.paramLabel(), described(argument)));
  }

  private void option(OptionSpec option) {
    var names = String.join("`, `", option.names());
    var value = option.arity().max() > 0 ? " " + option.paramLabel() : "";
    line("- `%s%s` — %s".formatted(names, value, described(option)));
  }

  private static boolean isOwn(OptionSpec option) {
    return !option.inherited() && !option.hidden() && !option.usageHelp() && !option.versionHelp();
  }

  private static String described(ArgSpec argument) {
    return String.join(" ", argument.description()).replace("$$", "$").replace("%n", " ");
  }

  private static String plain(CommandLine command, String text) {
    return Ansi.OFF
        .string(text.replace("%n", "\n"))
        .replace("$$", "$")
        .replace("${ROOT-COMMAND-NAME}", "ephemeral")
        .replace("${COMMAND-FULL-NAME}", command.getCommandSpec().qualifiedName());
  }

  private void line(String text) {
    page.append(text.stripTrailing()).append('\n');
  }
}
