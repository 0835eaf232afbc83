package run.ephemeral.specfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import run.ephemeral.core.Digest;
import run.ephemeral.core.engine.Cluster;
import run.ephemeral.core.environment.Attempts;
import run.ephemeral.core.environment.Observed;
import run.ephemeral.core.environment.Placement;
import run.ephemeral.core.environment.Power;
import run.ephemeral.core.environment.Wanted;
import run.ephemeral.core.name.ClusterName;
import run.ephemeral.core.plan.Planner;
import run.ephemeral.core.plan.Situation;
import run.ephemeral.core.policy.Limits;
import run.ephemeral.core.release.Component;
import run.ephemeral.core.release.Components;
import run.ephemeral.core.release.Mirror;
import run.ephemeral.core.release.Release;
import run.ephemeral.core.release.SourceTree;
import run.ephemeral.core.spec.AppSpec;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.spec.EngineKind;
import run.ephemeral.core.spec.Reference;
import run.ephemeral.core.spec.SpecProblem;
import run.ephemeral.core.spec.SpecReader.Reading;

/// Reads texts and compares the messages for their author.
final class Read {
  /// The example of the design, without the parts that this version does not support.
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
    return switch (new YamlSpecReader(() -> Set.of(EngineKind.PROCESS)).read(text)) {
      case Reading.Accepted(var spec, _, _) -> spec;
      case Reading.Rejected(var problems) -> throw new AssertionError(lines(problems));
    };
  }

  static List<SpecProblem> notes(String text) {
    return switch (new YamlSpecReader(() -> Set.of(EngineKind.PROCESS)).read(text)) {
      case Reading.Accepted(_, _, var notes) -> notes;
      case Reading.Rejected(var problems) -> throw new AssertionError(lines(problems));
    };
  }

  /// The text is rejected with exactly these lines.
  static void check(String given, String... expected) {
    switch (new YamlSpecReader(() -> Set.of(EngineKind.PROCESS)).read(given)) {
      case Reading.Rejected(var problems) ->
          assertThat(lines(problems)).isEqualTo(String.join("\n", expected));
      case Reading.Accepted(var spec, _, _) -> throw new AssertionError("accepted: " + spec);
    }
  }

  /// The smallest file, with these lines added to its service, is rejected with these lines.
  static void checkService(String lines, String... expected) {
    check(SMALLEST + lines.indent(4), expected);
  }

  /// Checks that the text gives either problems with places, or a spec that can be planned.
  static void answers(String text) {
    try {
      switch (new YamlSpecReader(() -> Set.of(EngineKind.PROCESS)).read(text)) {
        case Reading.Accepted(var spec, _, var notes) -> {
          assertPlaced(notes);
          plan(spec);
        }
        case Reading.Rejected(var problems) -> {
          assertThat(problems).isNotEmpty();
          assertPlaced(problems);
        }
      }
    } catch (RuntimeException | StackOverflowError | AssertionError e) {
      throw new AssertionError("for the file\n" + text, e);
    }
  }

  private static void assertPlaced(List<SpecProblem> problems) {
    assertThat(problems)
        .hasSizeLessThanOrEqualTo(100)
        .allMatch(problem -> problem.line() >= 1 && problem.column() >= 1)
        .allMatch(problem -> problem.message().length() < 700)
        .isSortedAccordingTo((a, b) -> Integer.compare(a.line(), b.line()));
  }

  /// Plans for a pull request whose title looks like a reference.
  private static void plan(AppSpec spec) {
    var mirror = new Mirror("app-shop");
    var trees = new HashSet<SourceTree>();
    spec.paths().forEach(path -> trees.add(new SourceTree(mirror, path, "tree of " + path)));
    var seeds = new HashMap<ComponentName, SourceTree>();
    spec.data()
        .keySet()
        .forEach(name -> seeds.put(name, new SourceTree(mirror, "seed", "seed of " + name)));
    var facts = Map.of("title", "${secret.X} ${", "branch", "$${pr.title}");
    var release = new Release(mirror, "c0", Digest.of("spec"), spec, trees, seeds, facts);
    var now = Instant.parse("2026-01-01T12:00:00Z");
    for (var power : Power.values()) {
      var wanted = Wanted.nothingYet(power, now).withRelease(release, power, now);
      var situation =
          new Situation(
              wanted,
              Observed.NOTHING,
              Attempts.NONE,
              new Placement.On(ClusterName.LOCAL, EngineKind.PROCESS, now),
              List.of(new Cluster(ClusterName.LOCAL, EngineKind.PROCESS, 1, false)),
              0,
              Optional.of(now),
              now,
              Limits.DEFAULT,
              now.plusSeconds(1));
      assertThat(Planner.plan(situation).phase()).isNotNull();
    }
    var components = Components.fitting(release, EngineKind.PROCESS);
    var programs = components.all(Component.Program.class);
    assertThat(programs).hasSameSizeAs(spec.services().keySet());
    programs.forEach(program -> program.env().values().forEach(Reference::in));
    components
        .all(Component.Test.class)
        .forEach(test -> test.env().values().forEach(Reference::in));
  }

  static String lines(List<SpecProblem> problems) {
    return problems.stream().map(SpecProblem::toString).collect(Collectors.joining("\n"));
  }
}
