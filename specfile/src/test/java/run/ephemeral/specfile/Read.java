package run.ephemeral.specfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import run.ephemeral.core.spec.AppSpec;
import run.ephemeral.core.spec.SpecProblem;
import run.ephemeral.core.spec.SpecReader.Reading;

/// A text, read, and what its author is told.
final class Read {
  /// The parts of the design's example that this version has.
  static final String FULL =
      """
      app: shop
      services:
        web:
          path: web                      # this folder is its source
          build: npm ci
          run: node server.js
          image: acme/web
          port: 8080
          public: true
          health: /healthz
          ready_within: 90s
          env: { API_URL: "${api.url}", TITLE: "Preview of ${pr.title}" }
          needs: [api]
          resources: { cpu: 250m, memory: 256Mi }
        api:
          run: java -jar api.jar
          env: { DATABASE_URL: "${db.url}" }
      data:
        db: { postgres: 18, seed: db/seed.sql }
        orders: { postgres: 18, seed: { path: fixtures/, run: ./load.sh } }
      tests:
        smoke: { run: npm run e2e, path: e2e, when: ready, env: { BASE: "${web.public_url}" } }
      start:
        when: always
        branches: [feature/*, "!feature/old-*"]
        skip: { drafts: true, labels: [wip], authors: [dependabot] }
      sleep: { idle: 30m }
      expire: { after: 3d }
      """;

  static final String SMALLEST =
      """
      app: shop
      services:
        web:
          run: node server.js
      """;

  private Read() {}

  static AppSpec accepted(String text) {
    return switch (new YamlSpecReader().read(text)) {
      case Reading.Accepted(var spec, _, _) -> spec;
      case Reading.Rejected(var problems) -> throw new AssertionError(lines(problems));
    };
  }

  static List<SpecProblem> notes(String text) {
    return switch (new YamlSpecReader().read(text)) {
      case Reading.Accepted(_, _, var notes) -> notes;
      case Reading.Rejected(var problems) -> throw new AssertionError(lines(problems));
    };
  }

  /// The text is rejected with exactly these lines.
  static void check(String given, String... expected) {
    switch (new YamlSpecReader().read(given)) {
      case Reading.Rejected(var problems) ->
          assertThat(lines(problems)).isEqualTo(String.join("\n", expected));
      case Reading.Accepted(var spec, _, _) -> throw new AssertionError("accepted: " + spec);
    }
  }

  /// The smallest file, with these lines added to its service, is rejected with these lines.
  static void checkService(String lines, String... expected) {
    check(SMALLEST + lines.indent(4), expected);
  }

  static String lines(List<SpecProblem> problems) {
    return problems.stream().map(SpecProblem::toString).collect(Collectors.joining("\n"));
  }
}
