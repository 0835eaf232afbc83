package run.ephemeral.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "completion",
    description = "Print a script that completes commands and names in your shell.",
    footerHeading = "%nExamples%n",
    footer = {
      "  source <(${ROOT-COMMAND-NAME} completion bash)          in ~/.bashrc or ~/.zshrc",
      "  ${ROOT-COMMAND-NAME} completion fish > ~/.config/fish/completions/ephemeral.fish"
    })
final class CompletionCommand implements Callable<Integer> {
  /// Commands whose first argument is an environment.
  private static final String NAMED =
      "show open logs events update sleep wake restart test extend pin unpin destroy exec forward";

  private final Cli cli;

  enum Shell {
    bash,
    zsh,
    fish
  }

  @Parameters(paramLabel = "SHELL", description = "bash, zsh or fish.")
  private Shell shell = Shell.bash;

  CompletionCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    var script =
        switch (shell) {
          case bash, zsh -> bash();
          case fish -> fish();
        };
    cli.out().raw(script);
    return Exit.OK;
  }

  private String bash() {
    var all = Commands.all(cli);
    all.setCommandName("ephemeral");
    return AutoComplete.bash("ephemeral", all)
        + """

        # Names of environments, asked for as they are typed.
        _ephemeral_with_names() {
          local word="${COMP_WORDS[COMP_CWORD]}"
          if [[ $COMP_CWORD == 2 && $word != -* && " NAMED " == *" ${COMP_WORDS[1]} "* ]]; then
            COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" names 2>/dev/null)" -- "$word"))
          else
            _complete_ephemeral
          fi
        }
        complete -F _ephemeral_with_names -o default ephemeral ./ephemeral
        """
            .replace("NAMED", NAMED);
  }

  private String fish() {
    var script = new StringBuilder("complete -c ephemeral -f\n");
    var all = Commands.all(cli);
    for (var sub : all.getSubcommands().values()) {
      var spec = sub.getCommandSpec();
      if (spec.usageMessage().hidden()) {
        continue;
      }
      script.append(
          "complete -c ephemeral -n __fish_use_subcommand -a %s -d %s\n"
              .formatted(spec.name(), quoted(String.join("", spec.usageMessage().description()))));
      for (var option : spec.options()) {
        var name = option.longestName();
        if (name.startsWith("--") && !option.hidden()) {
          script.append(
              "complete -c ephemeral -n '__fish_seen_subcommand_from %s' -l %s -d %s\n"
                  .formatted(
                      spec.name(),
                      name.substring(2),
                      quoted(String.join("", option.description()))));
        }
      }
    }
    return script
        .append(
            """
            complete -c ephemeral -n '__fish_seen_subcommand_from %s' \\
              -a '(ephemeral names 2>/dev/null)'
            """
                .formatted(NAMED))
        .toString();
  }

  private static String quoted(String text) {
    return "'" + text.replace("$$", "$").replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
