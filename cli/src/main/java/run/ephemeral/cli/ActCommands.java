package run.ephemeral.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// Commands that change what an environment runs: update, sleep, wake, restart.
final class ActCommands {
  private static final String WHICH =
      "The environment. Default: the one of this folder, or the only one.";

  private ActCommands() {}

  @Command(
      name = "update",
      description = "Bring an environment to the newest commit.",
      footerHeading = "%nExample%n",
      footer = "  ${ROOT-COMMAND-NAME} update pr-shop-1 --wait")
  static final class Update implements Callable<Integer> {
    private final Cli cli;

    @Parameters(paramLabel = "NAME", arity = "0..1", description = WHICH)
    private @Nullable String name;

    @Mixin private final WaitOptions waiting = new WaitOptions();

    Update(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      return new Asking(cli).ask(name, "update", waiting);
    }
  }

  @Command(
      name = "sleep",
      description = "Stop its processes and keep its data. A visit wakes it.",
      footerHeading = "%nExample%n",
      footer = "  ${ROOT-COMMAND-NAME} sleep pr-shop-1")
  static final class Sleep implements Callable<Integer> {
    private final Cli cli;

    @Parameters(paramLabel = "NAME", arity = "0..1", description = WHICH)
    private @Nullable String name;

    @Mixin private final WaitOptions waiting = new WaitOptions();

    Sleep(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      return new Asking(cli).ask(name, "sleep", waiting);
    }
  }

  @Command(
      name = "wake",
      description = "Start what sleeps.",
      footerHeading = "%nExample%n",
      footer = "  ${ROOT-COMMAND-NAME} wake pr-shop-1 --wait --timeout 30s")
  static final class Wake implements Callable<Integer> {
    private final Cli cli;

    @Parameters(paramLabel = "NAME", arity = "0..1", description = WHICH)
    private @Nullable String name;

    @Mixin private final WaitOptions waiting = new WaitOptions();

    Wake(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      return new Asking(cli).ask(name, "wake", waiting);
    }
  }

  @Command(
      name = "restart",
      description = "Start an environment's services, or one of them, again.",
      footerHeading = "%nExamples%n",
      footer = {
        "  ${ROOT-COMMAND-NAME} restart pr-shop-1",
        "  ${ROOT-COMMAND-NAME} restart pr-shop-1 web --wait"
      })
  static final class Restart implements Callable<Integer> {
    private final Cli cli;

    @Parameters(index = "0", paramLabel = "NAME", description = "The environment.")
    private String name = "";

    @Parameters(
        index = "1",
        arity = "0..1",
        paramLabel = "SERVICE",
        description = "One of its services. Default: all.")
    private @Nullable String service;

    @Mixin private final WaitOptions waiting = new WaitOptions();

    Restart(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      var command = service == null ? "restart" : "restart " + service;
      return new Asking(cli).ask(name, command, waiting);
    }
  }

  @Command(
      name = "test",
      description = "Run an environment's tests, or one of them, again.",
      footerHeading = "%nExamples%n",
      footer = {
        "  ${ROOT-COMMAND-NAME} test pr-shop-1 --wait",
        "  ${ROOT-COMMAND-NAME} test pr-shop-1 smoke"
      })
  static final class Test implements Callable<Integer> {
    private final Cli cli;

    @Parameters(index = "0", paramLabel = "NAME", description = "The environment.")
    private String name = "";

    @Parameters(
        index = "1",
        arity = "0..1",
        paramLabel = "TEST",
        description = "One of its tests. Default: all.")
    private @Nullable String test;

    @Mixin private final WaitOptions waiting = new WaitOptions();

    Test(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      return new Asking(cli).ask(name, test == null ? "test" : "test " + test, waiting);
    }
  }
}
