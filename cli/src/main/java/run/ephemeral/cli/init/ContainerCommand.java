package run.ephemeral.cli.init;

import java.util.Optional;
import java.util.Set;

/// Translates the command of a compose service for use outside its container.
final class ContainerCommand {
  private static final Set<String> PYTHON = Set.of("gunicorn", "uvicorn", "flask", "hypercorn");
  private static final Set<String> TOOLS = Set.of("npm", "yarn", "pnpm", "bun");

  private ContainerCommand() {}

  /// Replaces the run command by that of the service if it starts a program of the same folder; a
  /// port of the container becomes $PORT.
  static Found apply(ComposeFile.Service service, String file, Folder folder, Found found) {
    return Optional.of(service.command())
        .filter(command -> isOf(folder, command.split("\\s+", -1)))
        .map(command -> found.withRun(found.because() + ", " + file, here(command, service, found)))
        .orElse(found);
  }

  private static boolean isOf(Folder folder, String[] words) {
    var second = words.length > 1 ? words[1] : "";
    if (TOOLS.contains(words[0])) {
      var script = second.equals("run") && words.length > 2 ? words[2] : second;
      return NodePackage.of(folder).hasScript(script);
    }
    return switch (words[0]) {
      case "node" -> isFile(folder, second);
      case "python", "python3" -> second.equals("-m") || isFile(folder, second);
      case "bundle" -> folder.has("Gemfile");
      default -> PYTHON.contains(words[0]);
    };
  }

  private static boolean isFile(Folder folder, String name) {
    return !name.isEmpty() && !name.startsWith("-") && !name.startsWith("/") && folder.has(name);
  }

  private static String here(String command, ComposeFile.Service service, Found found) {
    var told = Procfile.inside(command, found).replace("0.0.0.0", "127.0.0.1");
    for (var port : service.ports()) {
      told = told.replaceAll("(?<![0-9.])%s(?![0-9.])".formatted(port), "\\$PORT");
    }
    return told;
  }
}
