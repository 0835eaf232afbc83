package run.ephemeral.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import run.ephemeral.cli.api.Json;
import run.ephemeral.cli.init.Blueprint;
import run.ephemeral.cli.init.Dockerfiles;
import run.ephemeral.cli.init.Found;
import run.ephemeral.cli.init.Names;
import run.ephemeral.cli.init.SpecText;
import run.ephemeral.cli.init.Survey;
import run.ephemeral.cli.local.Programs;
import run.ephemeral.cli.output.Records;

@Command(
    name = "init",
    description = "Write an ephemeral.yaml from what is found in a folder.",
    footerHeading =
        "%nIt knows package.json, pom.xml, build.gradle, requirements.txt, pyproject.toml, go.mod,"
            + " Cargo.toml, Gemfile, composer.json, index.php, Procfile, compose files and plain"
            + " pages, also several below one folder and the workspaces of npm, yarn and"
            + " pnpm.%n%nExamples%n",
    footer = {"  ${ROOT-COMMAND-NAME} init", "  ${ROOT-COMMAND-NAME} init ~/code/shop --yes"})
final class InitCommand implements Callable<Integer> {
  private final Cli cli;

  @Parameters(arity = "0..1", paramLabel = "DIR", description = "The folder. Default: this one.")
  private String directory = ".";

  @Option(names = "--force", description = "Replace an ephemeral.yaml that is there.")
  private boolean force;

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  private boolean yes;

  InitCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws IOException {
    var folder = cli.resolve(directory);
    if (!Files.isDirectory(folder)) {
      throw new CliFault(Exit.NOT_FOUND, "there is no folder " + folder);
    }
    var file = folder.resolve("ephemeral.yaml");
    if (Files.exists(file) && !force) {
      throw new CliFault(
          Exit.REFUSED,
          "there is an ephemeral.yaml in %s already".formatted(folder),
          "check it: " + cli.command("validate"),
          "or replace it: " + cli.command("init --force"));
    }
    var python = Programs.find(cli.world(), "python3").isPresent();
    var asked = asked(Survey.of(folder, python), folder);
    var dockerfiles = Dockerfiles.of(folder, asked);
    var blueprint = dockerfiles.noted(asked);
    Files.writeString(file, SpecText.of(blueprint));
    tell(blueprint, dockerfiles, file);
    return Exit.OK;
  }

  private Blueprint asked(Blueprint found, Path folder) {
    var asks = cli.world().interactive() && !yes;
    if (found.services().isEmpty() && !asks) {
      throw nothing(folder);
    }
    if (!asks) {
      return found;
    }
    var prompt = new Prompt(cli.world());
    var named = found.called(Names.app(prompt.ask("Name of the app", found.app())));
    return named.services().isEmpty() ? withCommand(named, prompt, folder) : named;
  }

  /// Nothing was recognised: asks the user.
  private Blueprint withCommand(Blueprint found, Prompt prompt, Path folder) {
    var run = prompt.ask("Nothing known was found. The command that runs it, on $PORT", "");
    if (run.isBlank()) {
      throw nothing(folder);
    }
    var build = prompt.ask("The command that builds it, if any", "");
    var program =
        new Found(
            "what you said",
            Optional.of(build).filter(text -> !text.isBlank()),
            run,
            Optional.empty(),
            false,
            Map.of(),
            List.of());
    var web = new Blueprint.Service("web", ".", program, true, Map.of());
    return new Blueprint(
        found.app(), List.of(web), found.database(), found.seed(), found.sql(), found.notes());
  }

  private CliFault nothing(Path folder) {
    var app = Names.app(String.valueOf(folder.getFileName()));
    var none = new Blueprint(app, List.of(), false, Optional.empty(), List.of(), List.of());
    var images = Dockerfiles.of(folder, none).images();
    if (!images.isEmpty()) {
      return imageOnly(folder, app, images.getFirst());
    }
    return new CliFault(
        Exit.FAILED,
        "nothing in %s tells how to run it".formatted(folder),
        "write an ephemeral.yaml like this, with your own command:\n"
            + """

                app: %s
                services:
                  web:
                    run: ./serve --port $PORT
                    public: true
            """
                .formatted(app));
  }

  private static CliFault imageOnly(Path folder, String app, Dockerfiles.Image image) {
    return new CliFault(
        Exit.FAILED,
        "nothing in %s tells how to run it here, but it has a Dockerfile".formatted(folder),
        "clusters run the image that your CI pushes; write an ephemeral.yaml like this:\n"
            + """

                app: %s
                services:
                  web:
                    image: %s
                    port: %d
                    public: true
            """
                .formatted(app, image.name(), image.port()));
  }

  /// What was written and why, for programs.
  ///
  /// @param workflow of GitHub Actions, for the Dockerfiles; absent without
  record Written(
      String file,
      String app,
      List<Service> services,
      boolean database,
      List<String> notes,
      @Nullable String workflow) {
    /// @param because what told of it
    record Service(String name, String because, List<String> notes) {}

    static Written of(Blueprint blueprint, Dockerfiles dockerfiles, Path file) {
      var services =
          blueprint.services().stream()
              .map(it -> new Service(it.name(), it.found().because(), it.found().notes()))
              .toList();
      return new Written(
          file.toString(),
          blueprint.app(),
          services,
          blueprint.database(),
          blueprint.notes(),
          dockerfiles.images().isEmpty() ? null : dockerfiles.workflow());
    }
  }

  private void tell(Blueprint blueprint, Dockerfiles dockerfiles, Path file) {
    if (cli.format().forPrograms()) {
      Records.print(cli.out(), cli.format(), Json.tree(Written.of(blueprint, dockerfiles, file)));
      return;
    }
    var out = cli.out();
    for (var service : blueprint.services()) {
      out.line(
          "%s %s from %s"
              .formatted(out.green("✓"), out.bold(service.name()), service.found().because()));
      service.found().notes().forEach(note -> out.line("    " + note));
    }
    if (blueprint.database()) {
      out.line(
          "%s %s PostgreSQL 18, a copy for every environment"
              .formatted(out.green("✓"), out.bold("db")));
    }
    blueprint.notes().forEach(note -> out.line("%s %s".formatted(out.yellow("!"), note)));
    out.line("Wrote " + cli.shortened(file.toString()));
    if (!dockerfiles.images().isEmpty()) {
      out.line("On clusters, CI pushes the images, such as by .github/workflows/images.yaml:");
      out.line("");
      out.lines(dockerfiles.workflow().lines().map(line -> "    " + line).toList());
      out.line("");
    }
    out.line(
        "Next: look at it, then %s · %s".formatted(cli.command("validate"), cli.command("run")));
  }
}
