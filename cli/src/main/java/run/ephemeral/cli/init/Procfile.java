package run.ephemeral.cli.init;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A `Procfile`: how its authors start it elsewhere.
final class Procfile {
  private static final Set<String> MODULES = Set.of("gunicorn", "uvicorn", "flask", "hypercorn");

  private Procfile() {}

  /// The command of `web`.
  static Optional<String> web(Folder folder) {
    return entries(folder).stream()
        .filter(line -> line.startsWith("web:"))
        .map(line -> line.substring("web:".length()).strip())
        .findFirst();
  }

  /// The others: they do not listen, and so cannot be services yet.
  static List<String> others(Folder folder) {
    return entries(folder).stream()
        .map(line -> line.substring(0, line.indexOf(':')))
        .filter(name -> !name.equals("web") && !name.equals("release"))
        .toList();
  }

  private static List<String> entries(Folder folder) {
    return folder
        .text("Procfile")
        .lines()
        .map(String::strip)
        .filter(line -> line.matches("[A-Za-z0-9_-]+:.*"))
        .toList();
  }

  /// What was found, run as the Procfile says.
  static Found apply(String command, Optional<Found> found) {
    return found
        .map(it -> it.withRun(it.because() + ", Procfile", inside(command, it)))
        .orElseGet(() -> Found.of("Procfile", Optional.empty(), command));
  }

  /// A Python program is called through its virtual environment.
  static String inside(String command, Found found) {
    if (!found.run().contains(PythonDetector.PYTHON)) {
      return command;
    }
    var words = command.split(" ", 2);
    if (MODULES.contains(words[0])) {
      return PythonDetector.PYTHON + " -m " + command;
    }
    return words[0].matches("python3?") && words.length == 2
        ? PythonDetector.PYTHON + " " + words[1]
        : command;
  }
}
