package run.ephemeral.cli.init;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OtherDetectorsTest {
  private static final Detector PYTHON = new PythonDetector();
  private static final Detector RUBY = new RubyDetector();
  private static final Detector GO = new GoDetector();
  private static final String PIP =
      "python3 -m venv .venv && .venv/bin/python -m pip install -q -r requirements.txt";

  @TempDir Path folder;

  @Test
  void pythonRunsInAVirtualEnvironment() {
    Tree.at(folder, "requirements.txt", "Flask\npsycopg2-binary", "app.py", "app = Flask(__name__)")
        .found(PYTHON, PIP, ".venv/bin/python -m flask --app app run --port $PORT", "postgres");
    Tree.at(folder, "requirements.txt", "fastapi", "app/main.py", "app = FastAPI()")
        .found(PYTHON, PIP, ".venv/bin/python -m uvicorn app.main:app --port $PORT");
    Tree.at(folder, "pyproject.toml", "django", "uv.lock", "", "manage.py", "")
        .found(
            PYTHON,
            "uv sync --frozen",
            ".venv/bin/python manage.py migrate && .venv/bin/python manage.py runserver"
                + " --noreload 127.0.0.1:$PORT");
    Tree.at(folder, "requirements.txt", "requests").nothing(PYTHON);
  }

  @Test
  void rubyRunsWithItsBundle() {
    var install = "bundle config set --local path vendor/bundle && bundle install";
    Tree.at(folder, "Gemfile", "gem 'rails'\ngem \"pg\"", "config/routes.rb", "rails/health#show")
        .found(
            RUBY,
            install,
            "bundle exec rails db:prepare && bundle exec rails server -b 127.0.0.1 -p $PORT",
            "/up",
            "postgres");
    Tree.at(folder, "Gemfile", "gem 'sinatra'", "config.ru", "")
        .found(RUBY, install, "bundle exec rackup -o 127.0.0.1 -p $PORT");
    Tree.at(folder, "Gemfile", "gem 'pgvector'").nothing(RUBY);
  }

  @Test
  void goBuildsItsProgram() {
    Tree.at(folder, "go.mod", "require github.com/jackc/pgx/v5", "main.go", "package main")
        .found(GO, "go build -o bin/app .", "./bin/app", "postgres");
    Tree.at(folder, "go.mod", "", "cmd/a/main.go", "", "cmd/server/main.go", "")
        .found(GO, "go build -o bin/app ./cmd/server", "./bin/app");
    Tree.at(folder, "go.mod", "", "lib.go", "package lib").nothing(GO);
  }

  @Test
  void pagesAreServedByWhatIsThere() {
    var page = Tree.at(folder, "index.html", "");
    page.found(new StaticDetector(true), "-", "python3 -m http.server $PORT -b 127.0.0.1");
    page.found(new StaticDetector(false), "-", "$JAVA_HOME/bin/jwebserver -p $PORT");
    Tree.at(folder, "public/index.html", "")
        .found(
            new StaticDetector(false),
            "-",
            "$JAVA_HOME/bin/jwebserver -p $PORT -d \"$PWD/public\"");
  }

  @Test
  void aProcfileKnowsBetterHowItIsRun() {
    var python =
        Tree.at(
            folder,
            "requirements.txt",
            "flask",
            "app.py",
            "Flask(",
            "Procfile",
            "release: x\nweb: gunicorn app:app\nworker: celery");
    assertThat(Detector.program(python.folder()).orElseThrow().run())
        .isEqualTo(".venv/bin/python -m gunicorn app:app");
    assertThat(Procfile.others(python.folder())).containsExactly("worker");
    var unknown = Tree.at(folder, "Procfile", "web: ./serve -p $PORT");
    assertThat(Detector.program(unknown.folder()).orElseThrow().run())
        .isEqualTo("./serve -p $PORT");
  }
}
