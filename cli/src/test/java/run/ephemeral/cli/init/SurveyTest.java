package run.ephemeral.cli.init;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SurveyTest {
  private static final String NODE =
      "{\"scripts\": {\"start\": \"node .\"}, \"dependencies\": {\"pg\": \"8\"}}";

  @TempDir Path folder;

  private static final String COMPOSED =
      """
      # What ephemeral runs for every pull request. Try it: ephemeral run
      app: my-shop

      services:
        web:
          # From package.json.
          # Note: CACHE_HOST is not set: its cache does not run here.
          path: web
          build: npm install
          run: npm start
          public: true
          env:
            API: "${api.url}/v1"
            MODE: "fast"
        api:
          # From go.mod.
          path: server
          build: go build -o bin/app .
          run: ./bin/app
          env:
            DATABASE_URL: "${db.url}"

      data:
        db:
          postgres: 18
          seed: db

      # Note: mail-worker of compose.yaml is left out: a service has to listen on $PORT.
      # Note: compose.yaml builds tool, but nothing there tells how to run it; add it under \
      `services`.
      # Note: compose.yaml also starts cache; run that yourself and tell the services where.
      """;

  @Test
  void oneProgramWithADatabaseIsAShortFile() {
    var tree =
        Tree.at(
            folder,
            "package.json",
            NODE,
            "package-lock.json",
            "{}",
            "server.js",
            "connect(process.env.DATABASE_URL).listen(process.env.PORT)",
            "db/seed.sql",
            "");
    assertThat(tree.spec())
        .isEqualTo(
            """
            # What ephemeral runs for every pull request. Try it: ephemeral run
            app: my-shop

            services:
              web:
                # From package.json.
                build: npm ci
                run: npm start
                public: true
                env:
                  DATABASE_URL: "${db.url}"

            data:
              db:
                postgres: 18
                seed: db/seed.sql
            """);
  }

  @Test
  void severalFoldersAreSeveralServicesThatKnowEachOther() {
    var tree =
        Tree.at(
            folder,
            "api/package.json",
            NODE,
            "api/.env.example",
            "DB_HOST=x\nDB_PASSWORD=y\nPORT=3000\n",
            "frontend/package.json",
            "{\"scripts\": {\"start\": \"x\"}}",
            "frontend/src/call.ts",
            "fetch(process.env.API_URL, PORT)",
            "scripts/readme.md",
            "");
    assertThat(tree.spec())
        .isEqualTo(
            """
            # What ephemeral runs for every pull request. Try it: ephemeral run
            app: my-shop

            services:
              frontend:
                # From package.json.
                path: frontend
                build: npm install
                run: npm start
                public: true
                env:
                  API_URL: "${api.url}"
              api:
                # From package.json.
                path: api
                build: npm install
                run: npm start
                public: true
                env:
                  DB_HOST: "${db.host}"
                  DB_PASSWORD: "${db.password}"

            data:
              db:
                postgres: 18
                # seed: ...   # what every new copy holds: a file or a folder
            """);
  }

  @Test
  void aComposeFileTellsWhoTalksToWhom() {
    var tree =
        Tree.at(
            folder,
            "compose.yaml",
            """
            services:
              web:
                build: ./web
                ports: ["80:8000"]
                environment:
                  API: http://api:3000/v1
                  MODE: fast
                  SECRET: ${SECRET}
                  CACHE_HOST: cache
              api:
                build: { context: server }
                environment:
                  - DATABASE_URL=postgres://u:p@postgres:5432/app
                  - PORT=3000
              postgres:
                image: postgres:17-alpine
                volumes: ["./db:/docker-entrypoint-initdb.d:ro"]
              cache:
                image: redis:8
              mail-worker:
                build: ./server
              old:
                image: mysql:8
              tool:
                build: ./tool
            """,
            "web/package.json",
            "{\"scripts\": {\"start\": \"x\"}}",
            "server/go.mod",
            "github.com/lib/pq",
            "server/main.go",
            "package main",
            "db/1.sql",
            "");
    assertThat(tree.spec()).isEqualTo(COMPOSED);
  }

  @Test
  void aComposeCommandIsHowItIsRunOnOurPort() {
    var tree =
        Tree.at(
            folder,
            "compose.yaml",
            """
            services:
              vote:
                build: .
                command: gunicorn app:app -b 0.0.0.0:80
                ports: ["5000:80"]
              result:
                build: result
                command: ["node", "server.js"]
                expose: [4000]
              proxy:
                build: static
                command: nginx -g "daemon off;"
            """,
            "requirements.txt",
            "flask",
            "app.py",
            "Flask(",
            "result/package.json",
            "{\"scripts\": {\"start\": \"x\"}}",
            "result/server.js",
            "",
            "static/index.html",
            "");
    assertThat(tree.spec())
        .contains(
            "run: .venv/bin/python -m gunicorn app:app -b 127.0.0.1:$PORT\n    public: true",
            "run: node server.js\n  proxy:",
            "run: python3 -m http.server $PORT -b 127.0.0.1\n");
  }

  @Test
  void onlySqlFilesThatAreThereAreNamed() {
    assertThat(Tree.at(folder, "package.json", NODE, "database/schema.sql", "").spec())
        .contains("    seed: database/schema.sql\n");
    assertThat(
            Tree.at(
                    folder,
                    "package.json",
                    NODE,
                    "migrations/1.sql",
                    "",
                    "sql/schema.sql",
                    "",
                    "sql/seed.sql",
                    "")
                .spec())
        .contains(
            "    # seed: sql/schema.sql   #", "; there are also sql/seed.sql, migrations/1.sql\n");
  }

  @Test
  void aDatabaseOfAnotherKindIsNoSeed() {
    assertThat(Tree.at(folder, "package.json", NODE, "db/clickhouse/schema.sql", "").spec())
        .doesNotContain("clickhouse");
    assertThat(Tree.at(folder, "package.json", NODE, "db/schema-mysql.sql", "").spec())
        .doesNotContain("mysql");
    assertThat(Tree.at(folder, "package.json", NODE, "migrations/1_setup.sql", "").spec())
        .contains("# seed: migrations/1_setup.sql");
  }

  @Test
  void aComposeServiceIsWhereItsImageIsDescribed() {
    var tree =
        Tree.at(
            folder,
            "compose.yaml",
            "services: {api: {build: {context: ., dockerfile: ./api/Dockerfile}}}",
            "package.json",
            "{\"scripts\": {\"start\": \"x\"}}",
            "api/go.mod",
            "",
            "api/main.go",
            "package main");
    assertThat(tree.spec()).contains("path: api\n    build: go build");
  }

  @Test
  void plainPagesCountOnlyWhenThereIsNothingElse() {
    assertThat(Tree.at(folder, "index.html", "").spec()).contains("http.server");
    assertThat(Tree.at(folder, "index.html", "", "web/package.json", NODE).spec())
        .contains("npm start")
        .doesNotContain("http.server");
    assertThat(Survey.of(Tree.at(folder, "readme.md", "").root(), true).services()).isEmpty();
  }

  @Test
  void namesAndValuesAreAlwaysValidYaml() {
    assertThat(Names.app("My Shop (old)!")).isEqualTo("my-shop-old");
    assertThat(Names.app("2024")).isEqualTo("app");
    assertThat(Names.part("a-very-long-name-of-a-folder")).isEqualTo("a-very-long-name-of");
    assertThat(SpecText.scalar("npm ci && npm run build")).isEqualTo("npm ci && npm run build");
    assertThat(SpecText.scalar("a: b")).isEqualTo("\"a: b\"");
    assertThat(SpecText.scalar("true")).isEqualTo("\"true\"");
    assertThat(SpecText.scalar("x # y")).isEqualTo("\"x # y\"");
    assertThat(SpecText.scalar("say \"hi\"")).isEqualTo("\"say \\\"hi\\\"\"");
  }
}
