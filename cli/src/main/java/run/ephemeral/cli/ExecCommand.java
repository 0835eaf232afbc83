package run.ephemeral.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import run.ephemeral.cli.api.ControlPlane;
import run.ephemeral.wire.ExecFrame;
import run.ephemeral.wire.ExecRequest;

@Command(
    name = "exec",
    description = "Run a command in the folder and with the variables of a service.",
    customSynopsis = "${COMMAND-FULL-NAME} NAME [-s SERVICE] -- COMMAND [ARGUMENTS]",
    footerHeading =
        "%nOn a cluster the command gets a terminal when this program has one, and with -i its"
            + " input. On this machine%nit reads no input. Its exit code is the command's. What the"
            + " command leaves running ends with it; on%na cluster a program that neither reads nor"
            + " writes goes on when this one is killed.%n%nExamples%n",
    footer = {
      "  ${ROOT-COMMAND-NAME} exec pr-shop-1 -- ls -l",
      "  ${ROOT-COMMAND-NAME} exec pr-shop-1 -s api -- sh -c 'echo $$PORT'",
      "  ${ROOT-COMMAND-NAME} exec pr-shop-1 -- sh                     a shell, on a cluster",
      "  ${ROOT-COMMAND-NAME} exec pr-shop-1 -i -- sh < script"
    })
final class ExecCommand implements Callable<Integer> {
  private final Cli cli;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      arity = "1..*",
      paramLabel = "NAME",
      description = "The environment; after -- the command and its arguments.")
  private List<String> words = new ArrayList<>();

  @Option(
      names = {"-s", "--service"},
      paramLabel = "SERVICE",
      description = "The service. Default: the first.")
  private @Nullable String service;

  @Option(
      names = {"-i", "--input"},
      description = "The command reads what this program reads. On clusters only.")
  private boolean input;

  ExecCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    var words = Dashes.split(spec, this.words);
    if (words.before().size() == 2 && !words.after().isEmpty()) {
      throw new CliFault(
          Exit.USAGE,
          "the service belongs after -s",
          cli.command("exec %s -s %s -- …".formatted(words.before().toArray())));
    }
    if (words.before().size() != 1 || words.after().isEmpty()) {
      throw new CliFault(
          Exit.USAGE,
          "the command to run belongs after --",
          cli.command("exec %s -- ls -l".formatted(this.words.getFirst())));
    }
    var api = cli.api();
    var environment = new Environments(cli, api).find(words.before().getFirst()).environment();
    Environments.checkRuns(environment);
    var name = environment.name();
    var hasTerminal = Environments.isOnCluster(environment) && cli.world().interactive();
    if (input || hasTerminal) {
      if (service != null) {
        Environments.checkService(environment, service);
      }
      var session = new ExecSession(cli, api, path(name, words.after()));
      return hasTerminal ? session.inTerminal() : session.run(System.in);
    }
    var request = new ExecRequest(service, words.after());
    try (var stream = api.stream(Environments.path(name) + "/exec", request)) {
      for (var next = stream.next(); next.isPresent(); next = stream.next()) {
        var frame = next.get().as(ExecFrame.class);
        switch (frame.stream()) {
          case "exit" -> {
            return frame.code() == null ? Exit.FAILED : frame.code();
          }
          case "stderr" -> cli.err().raw(frame.text());
          default -> cli.out().raw(frame.text());
        }
        if (cli.out().closed()) {
          return Exit.PIPE_CLOSED;
        }
      }
    }
    throw new CliFault(Exit.NO_CONTROL_PLANE, "lost the control plane before the command ended");
  }

  private String path(String name, List<String> command) {
    var query = new StringJoiner("&", Environments.path(name) + "/session?", "");
    command.forEach(word -> query.add("command=" + ControlPlane.encoded(word)));
    if (service != null) {
      query.add("service=" + ControlPlane.encoded(service));
    }
    return query.toString();
  }
}
