package run.ephemeral.cli.init;

import java.util.Optional;

/// A Go module with a program at its top or in `cmd/`.
final class GoDetector implements Detector {
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
                Found.of("go.mod", Optional.of("go build -o bin/app " + path), "./bin/app")
                    .with(postgres));
  }

  private static Optional<String> program(Folder folder) {
    if (folder.text("main.go").contains("package main")) {
      return Optional.of(".");
    }
    var commands = folder.sub("cmd").subfolders();
    return commands.stream()
        .filter(command -> command.name().matches("server|web|api|app"))
        .findFirst()
        .or(() -> commands.stream().findFirst())
        .map(command -> "./cmd/" + command.name());
  }
}
