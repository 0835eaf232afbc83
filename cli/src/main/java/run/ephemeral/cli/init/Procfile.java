package run.ephemeral.cli.init;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A `Procfile`: how its authors start it elsewhere.
final class Procfile {
  private static final Set<String> MODULES =
      Set.of("gunicorn", "uvicorn", "flask", "hypercorn", "daphne", "granian", "waitress");

  private Procfile() {}

  /// The command of a line.
  private static Optional<String> command(Folder folder, String name) {
    return entries(folder).stream()
        .filter(line -> line.startsWith(name + ":"))
        .map(line -> line.substring(name.length() + 1).strip())
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

  /// What was found, run as the Procfile says: what it does at a release comes before, each
  /// time. A command of the place it was written for is left out.
  static Optional<Found> apply(Folder folder, Optional<Found> found) {
    var web = command(folder, "web").filter(command -> !command.contains("bin/heroku-"));
    if (web.isEmpty()) {
      return found;
    }
    if (found.isEmpty()) {
      return web.map(command -> Found.of("Procfile", Optional.empty(), command));
    }
    var it = found.get();
    var release = command(folder, "release").map(command -> inside(command, it));
    return Optional.of(
        it.withRun(it.because() + ", Procfile", inside(built(folder, web.get(), it), it))
            .after(release));
  }

  /// Elsewhere a Go program is called what `go install` calls it.
  private static String built(Folder folder, String command, Found found) {
    var words = command.split(" ", 2);
    var program = words[0].substring(words[0].lastIndexOf('/') + 1);
    return found.run().equals(GoDetector.PROGRAM) && program.equals(GoDetector.installed(folder))
        ? GoDetector.PROGRAM + command.substring(words[0].length())
        : command;
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
    return words[0].equals("uwsgi")
        ? ".venv/bin/" + command
        : command.replaceAll(
            "(^|[|&;] *)(?:python3? |(?=\\./manage\\.py))", "$1" + PythonDetector.PYTHON + " ");
  }
}
