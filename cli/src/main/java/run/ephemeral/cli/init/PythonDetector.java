package run.ephemeral.cli.init;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// Django, Flask and FastAPI, in a virtual environment of their own.
///
/// Programs are run by `python -m`, because the scripts in `.venv/bin` contain absolute paths and
/// break when the built folder is moved.
final class PythonDetector implements Detector {
  static final String PYTHON = ".venv/bin/python";

  /// Poetry gets a virtual environment of its own, as it recommends. Only the dependencies are
  /// installed, not the app itself as a package.
  private static final String POETRY =
      "python3 -m venv .poetry && .poetry/bin/python -m pip install -q poetry"
          + " && POETRY_VIRTUALENVS_IN_PROJECT=true"
          + " .poetry/bin/python -m poetry install --no-root --only main";

  private static final List<String> DRIVERS = List.of("psycopg", "asyncpg", "pg8000");
  private static final List<String> MODULES = List.of("app", "main", "wsgi", "server", "api");

  @Override
  public Optional<Found> detect(Folder folder) {
    var file = folder.firstOf("requirements.txt", "pyproject.toml");
    if (file.isEmpty()) {
      return Optional.empty();
    }
    var needs =
        (folder.text("requirements.txt") + folder.text("pyproject.toml")).toLowerCase(Locale.ROOT);
    var postgres = DRIVERS.stream().anyMatch(needs::contains);
    return django(folder, file.get())
        .or(() -> fastapi(folder, file.get(), needs))
        .or(() -> flask(folder, file.get(), needs))
        .map(
            found ->
                found.withBuild(install(folder)).with(postgres).after(Migrations.ofPython(folder)));
  }

  private static String install(Folder folder) {
    if (folder.has("uv.lock")) {
      return "uv sync --frozen";
    }
    if (!folder.has("requirements.txt")
        && folder.text("pyproject.toml").contains("[tool.poetry]")) {
      return POETRY;
    }
    var what = folder.has("requirements.txt") ? "-r requirements.txt" : ".";
    return "python3 -m venv .venv && %s -m pip install -q %s".formatted(PYTHON, what);
  }

  private static Optional<Found> django(Folder folder, String file) {
    return folder.has("manage.py")
        ? Optional.of(
            Found.of(
                    file + ", Django",
                    Optional.empty(),
                    "%s manage.py migrate && %s manage.py runserver --noreload 127.0.0.1:$PORT"
                        .formatted(PYTHON, PYTHON))
                .note("ALLOWED_HOSTS must admit .localhost"))
        : Optional.empty();
  }

  private static Optional<Found> fastapi(Folder folder, String file, String needs) {
    return needs.contains("fastapi") || needs.contains("starlette")
        ? module(folder, "FastAPI(", "Starlette(")
            .map(
                module ->
                    Found.of(
                        file + ", FastAPI",
                        Optional.empty(),
                        "%s -m uvicorn %s:app --port $PORT".formatted(PYTHON, module)))
        : Optional.empty();
  }

  private static Optional<Found> flask(Folder folder, String file, String needs) {
    return needs.contains("flask")
        ? module(folder, "Flask(")
            .map(
                module ->
                    Found.of(
                        file + ", Flask",
                        Optional.empty(),
                        needs.contains("gunicorn")
                            ? "%s -m gunicorn -b 127.0.0.1:$PORT %s:app".formatted(PYTHON, module)
                            : "%s -m flask --app %s run --port $PORT".formatted(PYTHON, module)))
        : Optional.empty();
  }

  /// The module that creates the application, at the top or in `app/` or `src/`.
  private static Optional<String> module(Folder folder, String... signs) {
    return MODULES.stream()
        .flatMap(name -> Stream.of(name, "app/" + name, "src/" + name))
        .filter(
            path -> {
              var text = folder.text(path + ".py");
              return Stream.of(signs).anyMatch(text::contains);
            })
        .map(path -> path.replace('/', '.'))
        .findFirst();
  }
}
