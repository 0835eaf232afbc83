package run.ephemeral.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A repository with an app that builds and starts fast: two services, a database and a test, and
/// some branches. An interrupted build that is used as if complete would be noticed: its version
/// is `half`.
record TickApp(GitFolder repository) {
  static final String NAME = "tick";
  private static final String CLASS = "run/ephemeral/e2e/Tick.class";

  private static final String SPEC =
      """
      app: tick
      services:
        web:
          path: web
          build: sh build.sh
          run: exec sh run.sh
          public: true
          health: /
          env: { API: "${api.url}" }
        api:
          path: api
          build: sh build.sh
          run: exec sh run.sh
          public: true
          health: /
          env: { DATABASE_URL: "${db.url}" }
      data:
        db: { postgres: 18, seed: db }
      tests:
        smoke: { run: test -s built, path: web }
      """;

  private static final String RUN =
      "exec $JAVA_HOME/bin/java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx16m -cp ."
          + " run.ephemeral.e2e.Tick\n";

  static TickApp create(Path folder, List<String> branches)
      throws IOException, InterruptedException {
    var app = new TickApp(new GitFolder(Files.createDirectories(folder)));
    app.write("ephemeral.yaml", SPEC);
    app.write("db/seed.sql", "CREATE TABLE note (text text); INSERT INTO note VALUES ('seed');");
    for (var service : List.of("web", "api")) {
      app.write(service + "/build.sh", "echo half > built\nsleep 0.2\ncp version built\n");
      app.write(service + "/run.sh", RUN);
      app.write(service + "/version", service + "-0\n");
      var program = folder.resolve(service).resolve(CLASS);
      Files.createDirectories(program.getParent());
      try (var bytes = TickApp.class.getResourceAsStream("Tick.class")) {
        Files.write(program, bytes.readAllBytes());
      }
    }
    GitFolder.of(folder);
    for (var branch : branches) {
      app.repository.git("branch", branch);
      app.push(branch, "web", "web-" + branch);
    }
    return app;
  }

  private void write(String file, String text) throws IOException {
    var target = repository.path().resolve(file);
    Files.createDirectories(target.getParent());
    Files.writeString(target, text);
  }

  /// Commits another version of one service.
  void push(String branch, String service, String version)
      throws IOException, InterruptedException {
    repository.commit(branch, service + "/version", before -> version + "\n");
  }
}
