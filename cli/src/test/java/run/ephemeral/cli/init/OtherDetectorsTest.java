package run.ephemeral.cli.init;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OtherDetectorsTest {
  private static final Detector PYTHON = new PythonDetector();
  private static final Detector RUBY = new RubyDetector();
  private static final Detector GO = new GoDetector();
  private static final Detector CARGO = new CargoDetector();
  private static final Detector PHP = new PhpDetector();
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
    Tree.at(folder, "pyproject.toml", "[tool.poetry]\nfastapi", "app/main.py", "FastAPI(")
        .found(
            PYTHON,
            "python3 -m venv .poetry && .poetry/bin/python -m pip install -q poetry"
                + " && POETRY_VIRTUALENVS_IN_PROJECT=true"
                + " .poetry/bin/python -m poetry install --no-root --only main",
            ".venv/bin/python -m uvicorn app.main:app --port $PORT");
    Tree.at(folder, "pyproject.toml", "fastapi", "app/main.py", "FastAPI(", "alembic.ini", "")
        .found(
            PYTHON,
            "python3 -m venv .venv && .venv/bin/python -m pip install -q .",
            ".venv/bin/python -m alembic upgrade head"
                + " && .venv/bin/python -m uvicorn app.main:app --port $PORT");
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
    Tree.at(folder, "go.mod", "", "hello.go", "package main // import")
        .found(GO, "go build -o bin/app .", "./bin/app");
    Tree.at(folder, "go.mod", "", "lib.go", "package lib", "lib_test.go", "package main")
        .nothing(GO);
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
  void rustIsBuiltByCargo() {
    var install =
        "cargo install -q --locked --path . --root . --target-dir ~/.cache/ephemeral-cargo";
    var sqlx =
        "[package]\nname = \"conduit\"\n[dependencies]\nsqlx = { features = [\"postgres\"] }";
    Tree.at(folder, "Cargo.toml", sqlx, "Cargo.lock", "", "src/main.rs", "")
        .found(CARGO, install, "./bin/conduit", "postgres");
    Tree.at(folder, "Cargo.toml", "[package]\nname = \"a\"\n[[bin]]\nname = \"serve\"")
        .found(CARGO, install.replace(" --locked", ""), "./bin/serve");
    Tree.at(folder, "Cargo.toml", "[package]\nname = \"a\"", "src/lib.rs", "").nothing(CARGO);
    Tree.at(folder, "Cargo.toml", "[workspace]").nothing(CARGO);
  }

  @Test
  void phpIsServedByItself() {
    Tree.at(folder, "public/index.php", "").found(PHP, "-", "php -S 127.0.0.1:$PORT -t public");
    Tree.at(
            folder,
            "index.php",
            "",
            "composer.json",
            "{\"require\": {\"slim/slim\": \"4\", \"ext-pdo_pgsql\": \"*\"}}")
        .found(
            PHP,
            "composer install -q --no-interaction --no-dev",
            "php -S 127.0.0.1:$PORT -t .",
            "postgres");
    Tree.at(folder, "artisan", "", "public/index.php", "")
        .found(
            PHP,
            "-",
            "php artisan migrate --force && php artisan serve --host 127.0.0.1 --port $PORT");
    Tree.at(folder, "index.php", "", "composer.json", "{\"require\": {\"php\": \"8\"}}")
        .found(PHP, "-", "php -S 127.0.0.1:$PORT -t .");
    Tree.at(folder, "composer.json", "{}").nothing(PHP);
  }

  @Test
  void aProcfileKnowsBetterHowItIsRun() {
    procfile(
        "web: gunicorn app:app\nworker: celery",
        ".venv/bin/python -m gunicorn app:app",
        "requirements.txt",
        "flask",
        "app.py",
        "Flask(");
    procfile("web: ./serve -p $PORT", "./serve -p $PORT");
    procfile(
        "release: yes | python manage.py migrate\nweb: uwsgi uwsgi.ini",
        "yes | .venv/bin/python manage.py migrate && .venv/bin/uwsgi uwsgi.ini",
        "requirements.txt",
        "django",
        "manage.py",
        "");
    procfile(
        "release: ./manage.py migrate\nweb: gunicorn shop.wsgi",
        ".venv/bin/python ./manage.py migrate && .venv/bin/python -m gunicorn shop.wsgi",
        "requirements.txt",
        "django",
        "manage.py",
        "");
    procfile(
        "web: bin/reader -v",
        "./bin/app -v",
        "go.mod",
        "module a.org/reader/v2",
        "a.go",
        "package main");
    procfile("web: ./other", "./other", "go.mod", "module a.org/reader", "a.go", "package main");
    procfile(
        "web: vendor/bin/heroku-php-apache2 web/",
        "php -S 127.0.0.1:$PORT -t web",
        "web/index.php",
        "");
  }

  @Test
  void whatDoesNotListenIsNamed() {
    var tree = Tree.at(folder, "Procfile", "release: x\nweb: y\nworker: celery");
    assertThat(Procfile.others(tree.folder())).containsExactly("worker");
  }

  private void procfile(String procfile, String run, String... files) {
    var all = new ArrayList<>(List.of("Procfile", procfile));
    all.addAll(List.of(files));
    var tree = Tree.at(folder, all.toArray(String[]::new));
    assertThat(Detector.program(tree.folder()).orElseThrow().run()).isEqualTo(run);
  }
}
