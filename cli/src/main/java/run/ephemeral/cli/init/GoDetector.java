package run.ephemeral.cli.init;

import java.util.Optional;
import java.util.regex.Pattern;

/// A Go module with a program at its top or in `cmd/`.
final class GoDetector implements Detector {
  static final String PROGRAM = "./bin/app";
  private static final Pattern MAIN = Pattern.compile("(?m)^package main\\b");
  private static final Pattern MODULE = Pattern.compile("(?m)^module\\s+(\\S+)");

  @Override
  public Optional<Found> detect(Folder folder) {
    if (!folder.has("go.mod")) {
      return Optional.empty();
    }
    var mod = folder.text("go.mod");
    var postgres = mod.contains("github.com/lib/pq") || mod.contains("github.com/jackc/pgx");
    return program(folder)
        .map(
            path ->
                Found.of("go.mod", Optional.of("go build -o bin/app " + path), PROGRAM)
                    .with(postgres));
  }

  private static Optional<String> program(Folder folder) {
    if (folder.files("*.go").stream()
        .filter(file -> !file.endsWith("_test.go"))
        .anyMatch(file -> MAIN.matcher(folder.text(file)).find())) {
      return Optional.of(".");
    }
    var commands = folder.sub("cmd").subfolders();
    return commands.stream()
        .filter(command -> command.name().matches("server|web|api|app"))
        .findFirst()
        .or(() -> commands.stream().findFirst())
        .map(command -> "./cmd/" + command.name());
  }

  /// The name `go install` gives the program: the last part of the module's path that is no
  /// version.
  static String installed(Folder folder) {
    var module = MODULE.matcher(folder.text("go.mod"));
    var path = module.find() ? module.group(1).replaceFirst("/v\\d+$", "") : "";
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
