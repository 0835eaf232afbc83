package run.ephemeral.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import run.ephemeral.cli.local.Foreground;
import run.ephemeral.cli.local.Launch;

@Command(
    name = "server",
    description = "Run the control plane in this terminal until Ctrl-C.",
    footerHeading = "%nExamples%n",
    footer = {
      "  ${ROOT-COMMAND-NAME} server",
      "  ${ROOT-COMMAND-NAME} server --listen 127.0.0.1:7071 --gateway-port 8081"
    })
final class ServerCommand implements Callable<Integer> {
  private final Cli cli;

  @Mixin private final StartOptions start = new StartOptions();

  ServerCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    var launch = new Launch(cli.world(), cli.home(), start.settings());
    var running =
        cli.home().server().filter(Launch::listens).or(() -> launch.awaitOther(cli.err()));
    if (running.isPresent()) {
      throw new CliFault(
          Exit.REFUSED,
          "a control plane runs already: %s, pid %d"
              .formatted(running.get().api(), running.get().pid()),
          "stop it: " + cli.command("down"),
          "or run another beside it, with other ports and EPHEMERAL_HOME set to another folder");
    }
    return Foreground.run(cli.world(), launch.command(), Map.of(), true);
  }
}
