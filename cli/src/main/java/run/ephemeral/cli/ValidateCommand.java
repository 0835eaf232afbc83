package run.ephemeral.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import run.ephemeral.cli.api.Json;
import run.ephemeral.cli.output.Plain;
import run.ephemeral.cli.output.Records;
import run.ephemeral.cli.output.Screen;
import run.ephemeral.wire.Finding;
import run.ephemeral.wire.ValidateRequest;
import run.ephemeral.wire.Validation;

@Command(
    name = "validate",
    description = "Say what is wrong with an ephemeral.yaml, and where.",
    footerHeading = "%nExit code 1 when something is wrong.%n%nExamples%n",
    footer = {
      "  ${ROOT-COMMAND-NAME} validate",
      "  ${ROOT-COMMAND-NAME} validate shop/ephemeral.yaml -o json"
    })
final class ValidateCommand implements Callable<Integer> {
  private final Cli cli;

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "The file, or the folder it is in. Default: ephemeral.yaml.")
  private String file = "ephemeral.yaml";

  ValidateCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    var path = cli.resolve(file);
    if (Files.isDirectory(path) && !path.endsWith("ephemeral.yaml")) {
      path = path.resolve("ephemeral.yaml");
      file = Path.of(file).resolve("ephemeral.yaml").toString();
    }
    var request = new ValidateRequest(read(path));
    if (Json.write(request).length > ValidateRequest.MOST_BYTES) {
      throw tooLarge(path);
    }
    var answer = cli.apiOrStart().post("/validate", request);
    var validation = Json.read(answer, Validation.class);
    if (cli.format().forPrograms()) {
      Records.print(cli.out(), cli.format(), answer);
    } else {
      show(validation, cli.out());
    }
    return validation.valid() ? Exit.OK : Exit.FAILED;
  }

  private String read(Path path) {
    if (Files.isDirectory(path)) {
      throw new CliFault(Exit.FAILED, path + " is a folder, and must be a file");
    }
    try {
      if (Files.size(path) > ValidateRequest.MOST_BYTES) {
        throw tooLarge(path);
      }
      return Files.readString(path);
    } catch (NoSuchFileException e) {
      throw new CliFault(
          Exit.NOT_FOUND, "there is no " + path, "write one: " + cli.command("init"));
    } catch (CharacterCodingException e) {
      throw new CliFault(Exit.FAILED, "%s is not text in UTF-8; save it as that".formatted(path));
    } catch (IOException e) {
      throw new CliFault(Exit.FAILED, "cannot read %s: %s".formatted(path, Why.of(e)));
    }
  }

  private static CliFault tooLarge(Path path) {
    return new CliFault(
        Exit.FAILED,
        "%s has %d bytes; with quotes and line ends written as JSON at most %d are read"
            .formatted(path, path.toFile().length(), ValidateRequest.MOST_BYTES));
  }

  private void show(Validation validation, Screen out) {
    validation.problems().forEach(found -> out.line(line(found, out.red("error"))));
    validation.notes().forEach(found -> out.line(line(found, out.yellow("note"))));
    if (validation.valid()) {
      out.line("%s %s is valid.".formatted(out.green("✓"), file));
    } else {
      var count = validation.problems().size();
      out.line(
          "%s %s has %d %s."
              .formatted(out.red("✗"), file, count, count == 1 ? "problem" : "problems"));
    }
  }

  private String line(Finding found, String kind) {
    return "%s:%d:%d: %s: %s"
        .formatted(file, found.line(), found.column(), kind, Plain.of(found.message()));
  }
}
