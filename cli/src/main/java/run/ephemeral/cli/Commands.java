package run.ephemeral.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.TypeConversionException;
import run.ephemeral.cli.output.Format;
import run.ephemeral.cli.output.Nearest;
import run.ephemeral.cli.output.Times;

/// All commands. Only the called one is instantiated, because reading the annotations of all of
/// them takes longer than most commands run.
final class Commands {
  private Commands() {}

  private record Entry(
      String name, Function<Cli, Object> make, List<String> aliases, List<Entry> below) {}

  private record Section(String title, List<Entry> entries) {}

  private static Entry entry(String name, Function<Cli, Object> make, String... aliases) {
    return new Entry(name, make, List.of(aliases), List.of());
  }

  private static Entry group(String name, Function<Cli, Object> make, Entry... below) {
    return new Entry(name, make, List.of(), List.of(below));
  }

  private static final List<Section> SECTIONS =
      List.of(
          new Section(
              "Begin",
              List.of(
                  entry("demo", DemoCommand::new),
                  entry("run", RunCommand::new),
                  group(
                      "app",
                      AppCommand::new,
                      entry("add", AppCommand.Add::new),
                      entry("list", AppCommand.Listing::new, "ls"),
                      entry("remove", AppCommand.Remove::new)),
                  group(
                      "cluster",
                      ClusterCommand::new,
                      entry("add", ClusterCommand.Add::new),
                      entry("list", ClusterCommand.Listing::new, "ls"),
                      entry("show", ClusterShowCommand::new),
                      entry("doctor", ClusterCommand.Doctor::new),
                      entry("renew", ClusterCommand.Renew::new),
                      entry("label", ClusterLabelCommand::new),
                      entry("cordon", ClusterCommand.Cordon::new),
                      entry("uncordon", ClusterCommand.Uncordon::new),
                      entry("remove", ClusterCommand.Remove::new)),
                  group(
                      "github",
                      GitHubCommand::new,
                      entry("setup", GitHubCommand.Setup::new),
                      entry("status", GitHubCommand.Status::new),
                      entry("remove", GitHubCommand.Remove::new)),
                  group(
                      "gitea",
                      GiteaCommand::new,
                      entry("setup", GiteaCommand.Setup::new),
                      entry("status", GiteaCommand.Status::new),
                      entry("remove", GiteaCommand.Remove::new)),
                  entry("init", InitCommand::new))),
          new Section(
              "Look",
              List.of(
                  entry("list", ListCommand::new, "ls"),
                  entry("show", ShowCommand::new),
                  entry("open", OpenCommand::new),
                  entry("logs", LogsCommand::new),
                  entry("events", EventsCommand::new))),
          new Section(
              "Act",
              List.of(
                  entry("update", ActCommands.Update::new),
                  entry("sleep", ActCommands.Sleep::new),
                  entry("wake", ActCommands.Wake::new),
                  entry("restart", ActCommands.Restart::new),
                  entry("test", ActCommands.Test::new),
                  entry("extend", KeepCommands.Extend::new),
                  entry("pin", KeepCommands.Pin::new),
                  entry("unpin", KeepCommands.Unpin::new),
                  entry("destroy", DestroyCommand::new))),
          new Section(
              "Inside",
              List.of(
                  entry("exec", ExecCommand::new),
                  entry("forward", ForwardCommand::new),
                  group(
                      "db",
                      DbCommand::new,
                      entry("url", DbCommand.Url::new),
                      entry("psql", DbCommand.Psql::new)))),
          new Section(
              "This machine",
              List.of(
                  entry("status", StatusCommand::new),
                  entry("server", ServerCommand::new),
                  entry("down", DownCommand::new),
                  entry("doctor", DoctorCommand::new),
                  entry("validate", ValidateCommand::new),
                  entry("completion", CompletionCommand::new),
                  entry("version", VersionCommand::new),
                  entry("names", NamesCommand::new))));

  /// The command line for these arguments: with the called command only, or with all commands if
  /// none is called.
  static CommandLine line(Cli cli, String... args) {
    var called = args.length == 0 ? "" : args[0];
    var only =
        SECTIONS.stream()
            .flatMap(section -> section.entries().stream())
            .filter(entry -> entry.name().equals(called) || entry.aliases().contains(called))
            .findFirst();
    var root = new CommandLine(new RootCommand(cli));
    only.ifPresentOrElse(entry -> add(root, cli, entry), () -> addAll(root, cli));
    root.setCommandName(cli.program());
    describe(root.getCommandSpec().usageMessage());
    root.setOut(new PrintWriter(cli.out().stream(), true, UTF_8));
    root.setErr(new PrintWriter(cli.err().stream(), true, UTF_8));
    root.setCaseInsensitiveEnumValuesAllowed(true);
    root.setColorScheme(Help.defaultColorScheme(cli.out().colour() ? Ansi.ON : Ansi.OFF));
    root.registerConverter(Duration.class, Commands::duration);
    root.registerConverter(Integer.class, Commands::number);
    root.registerConverter(int.class, Commands::number);
    root.registerConverter(Format.class, text -> word(text, Format.values()));
    root.registerConverter(
        LogsCommand.Source.class, text -> word(text, LogsCommand.Source.values()));
    root.getHelpSectionMap()
        .put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, help -> commandList(root, help));
    return root;
  }

  static CommandLine all(Cli cli) {
    return line(cli);
  }

  private static Duration duration(String text) {
    try {
      return Times.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(String.valueOf(e.getMessage()));
    }
  }

  private static Integer number(String text) {
    try {
      return Integer.valueOf(text);
    } catch (NumberFormatException e) {
      var isNumber = text.matches("[+-]?[0-9]+");
      throw new TypeConversionException(
          "`%s` is %s".formatted(text, isNumber ? "too large a number" : "not a whole number"));
    }
  }

  /// One of the words that an option takes.
  private static <T> T word(String text, T[] all) {
    var words = Arrays.stream(all).map(Object::toString).toList();
    var at = words.indexOf(text.toLowerCase(Locale.ROOT));
    if (at < 0) {
      var before = String.join(", ", words.subList(0, words.size() - 1));
      throw new TypeConversionException(
          "`%s` is none of %s and %s%s"
              .formatted(text, before, words.getLast(), Nearest.hint(text, words)));
    }
    return all[at];
  }

  private static void addAll(CommandLine root, Cli cli) {
    SECTIONS.forEach(section -> section.entries().forEach(entry -> add(root, cli, entry)));
  }

  private static void add(CommandLine above, Cli cli, Entry entry) {
    var line = new CommandLine(entry.make().apply(cli));
    above.addSubcommand(entry.name(), line, entry.aliases().toArray(String[]::new));
    entry.below().forEach(child -> add(line, cli, child));
  }

  /// Set in code and not by annotation, because commands inherit annotations of the root.
  private static void describe(UsageMessageSpec usage) {
    usage.description(
        "Every pull request gets its own running copy of the app, at a URL, in seconds.",
        "",
        "  ${ROOT-COMMAND-NAME} demo     a sample shop with three pull requests, on this machine",
        "  ${ROOT-COMMAND-NAME} run      the app in this folder",
        "",
        "A NAME may be shortened to its beginning or end: 1 or shop-1 for pr-shop-1.",
        "");
    usage.commandListHeading("");
    usage.footerHeading("%nMore about a command: ${ROOT-COMMAND-NAME} COMMAND --help%n");
    usage.exitCodeListHeading("%nExit codes%n");
    usage.exitCodeList(Exit.meanings());
  }

  private static String commandList(CommandLine root, Help help) {
    var known = root.getSubcommands();
    var lines = new ArrayList<String>();
    for (var section : SECTIONS) {
      lines.add("");
      lines.add(help.colorScheme().text("@|bold " + section.title() + "|@").toString());
      for (var entry : section.entries()) {
        var line = known.get(entry.name());
        if (line != null && !line.getCommandSpec().usageMessage().hidden()) {
          var spec = line.getCommandSpec();
          var names = new ArrayList<>(List.of(entry.name()));
          names.addAll(Arrays.asList(spec.aliases()));
          lines.add(
              "  %-12s %s"
                  .formatted(
                      String.join(", ", names),
                      String.join("", spec.usageMessage().description())));
        }
      }
    }
    lines.add("");
    return String.join("\n", lines);
  }
}
