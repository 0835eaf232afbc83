package run.ephemeral.cli.init;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A `Procfile`: the commands by which a program is started on other platforms.
final class Procfile {
  private static final Set<String> MODULES =
      Set.of("gunicorn", "uvicorn", "flask", "hypercorn", "daphne", "granian", "waitress");

  private Procfile() {}

  /// The command of the entry `name`.
  private static Optional<String> command(Folder folder, String name) {
    return entries(folder).stream()
        .filter(line -> line.startsWith(name + ":"))
        .map(line -> line.substring(name.length() + 1).strip())
        .findFirst();
  }

  /// Names of the other entries: they do not listen, so they cannot be services yet.
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

  /// Replaces the run command by that of the Procfile; its `release` command runs before each
  /// start. Commands of Heroku's own are ignored.
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

  /// Replaces the name that `go install` gives a Go program by the path we build it to.
  private static String built(Folder folder, String command, Found found) {
    var words = command.split(" ", 2);
    var program = words[0].substring(words[0].lastIndexOf('/') + 1);
    return found.run().equals(GoDetector.PROGRAM) && program.equals(GoDetector.installed(folder))
        ? GoDetector.PROGRAM + command.substring(words[0].length())
        : command;
  }

  /// Runs a Python program in its virtual environment.
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
