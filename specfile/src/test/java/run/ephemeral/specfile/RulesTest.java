package run.ephemeral.specfile;

import static run.ephemeral.specfile.Read.check;
import static run.ephemeral.specfile.Read.checkService;

import java.util.List;
import org.junit.jupiter.api.Test;

/// The messages about valid keys that contradict each other: the core checks the rules, `specfile`
/// adds lines and columns.
class RulesTest {
  @Test
  void aProblemOfAVariablePointsAtItsValue() {
    checkService(
        "env:\n  API_URL: \"${api.url}\"",
        "ephemeral.yaml:6:16: ${api.url} refers to `api`, which is nothing here.");
    checkService(
        "env: { A: \"${wev.url}\", B: \"${web.adress}\" }",
        "ephemeral.yaml:5:15: ${wev.url} refers to `wev`, which is nothing here. Did you mean"
            + " `web`?",
        "ephemeral.yaml:5:32: `web` has no `adress`; it has url, public_url, host, port.");
    checkService(
        "env: { PORT: 80, \"A B\": 1 }",
        "ephemeral.yaml:5:18: `PORT` is set by ephemeral itself",
        "ephemeral.yaml:5:29: `A B` cannot be the name of an environment variable");
  }

  @Test
  void aSecretIsNoReferenceYetWhateverIsInsideIt() {
    checkService(
        "env: { A: \"${secret.X}\", B: \"${secret.X.${web.url}}\" }",
        "ephemeral.yaml:5:15: secrets are not built yet: ${secret.X} cannot be filled in",
        "ephemeral.yaml:5:33: secrets are not built yet: ${secret.X.${web.url} cannot be filled"
            + " in");
  }

  @Test
  void aPortIsOneThatThereIs() {
    for (var port : List.of("0", "-1", "65536", "999999999")) {
      checkService(
          "port: " + port,
          "ephemeral.yaml:5:11: a port is between 1 and 65535, not " + Integer.parseInt(port));
    }
    Read.accepted(Read.SMALLEST + "    port: 8080\n  api: { run: x, port: 8080 }");
  }

  @Test
  void aNameOfAnotherLanguagesInnardsIsANameLikeAnyOther() {
    checkService(
        "env: { __proto__: x, constructor: y }\n__proto__: { public: true }",
        "ephemeral.yaml:6:5: `__proto__` is not a key in `web`.");
  }

  @Test
  void aVariableOnLinesOfItsOwnPointsAtItsKey() {
    checkService(
        "env:\n  TEXT: |\n    some ${nothing.here}\n    text",
        "ephemeral.yaml:6:13: ${nothing.here} refers to `nothing`, which is nothing here.");
    checkService(
        "env:\n  TEXT:\n    ${nothing.here}",
        "ephemeral.yaml:6:7: ${nothing.here} refers to `nothing`, which is nothing here.");
  }

  @Test
  void aServiceMayAskForPortsOfItsOwn() {
    Read.accepted(Read.SMALLEST + "    env: { A: \"${self.port}\", B: \"${self.smtp_port}\" }");
    checkService(
        "env:\n  A: ${self.url}",
        "ephemeral.yaml:6:10: `self` has no `url`; it has port, and <name>_port for one more, such"
            + " as smtp_port");
    check(
        Read.SMALLEST + "tests: { t: { run: x, env: { A: \"${self.port}\" } } }",
        "ephemeral.yaml:5:33: ${self.port} is of services only; write ${<service>.port}");
    check(
        "app: shop\nservices:\n  self: { run: x }",
        "ephemeral.yaml:3:3: `self` is a word of references; choose another");
  }

  @Test
  void aProblemOfAServicePointsAtItsName() {
    check(
        "app: shop\nservices:\n  web: { image: acme/web }",
        "ephemeral.yaml:3:3: `web` has only an `image`, which engine `kubernetes` runs; to run it"
            + " here, add the command: run: <command>");
    check(
        "app: shop\nservices:\n  pr: { run: x }",
        "ephemeral.yaml:3:3: `pr` is a word of references; choose another");
    check(
        "app: shop\nservices:\n  web: { run: x, image: 'acme/web:${pr.title}' }",
        "ephemeral.yaml:3:25: ${pr.title} cannot be here; the tag of an image may have"
            + " ${pr.number}, ${pr.commit}, ${pr.branch}");
    check(
        "app: shop\nservices:\n  web: { run: x, image: 'acme/${pr.branch}:1' }",
        "ephemeral.yaml:3:25: ${pr.branch} cannot be here; the tag of an image may have"
            + " ${pr.number}, ${pr.commit}, ${pr.branch}");
    check(
        "app: shop\nservices:\n  web: { run: x, image: 'acme/web:%s-${pr.number}' }"
            .formatted("x".repeat(128)),
        "ephemeral.yaml:3:25: its tag has at least 130 characters; at most 128 are possible");
    check(
        "app: shop\nservices:\n  web: { run: x, image: 'acme/web:%s-${pr.commit}' }"
            .formatted("x".repeat(100)),
        "ephemeral.yaml:3:25: its tag has at least 141 characters; at most 128 are possible");
    check(
        "app: shop\nservices:\n  web: { run: x, image: 'acme/web:%s' }".formatted("x".repeat(129)),
        "ephemeral.yaml:3:25: its tag has 129 characters; at most 128 are possible");
    check("app: shop\nservices: {}", "ephemeral.yaml:2:1: an app needs at least one service");
    checkService("needs: [web]", "ephemeral.yaml:5:5: these wait for each other: web → web");
    check(
        Read.SMALLEST + "    needs:\n      - dbb\ndata: { db: { postgres: 18 } }",
        "ephemeral.yaml:5:5: `web` needs `dbb`, which is nothing here. Did you mean `db`?");
    check(
        Read.SMALLEST + "data: { web: { postgres: 18 } }",
        "ephemeral.yaml:5:9: `web` is a service already; names are shared");
  }

  @Test
  void aProblemOfAPathPointsAtIt() {
    checkService("path: ../other", "ephemeral.yaml:5:11: `../other` leads out of the repository");
    checkService("path: /etc", "ephemeral.yaml:5:11: `/etc` leads out of the repository");
    checkService(
        "health: healthz",
        "ephemeral.yaml:5:13: a health path begins with / and has no blanks, not `healthz`");
    check(
        Read.SMALLEST + "data: { db: { postgres: 17, seed: ../x.sql } }",
        "ephemeral.yaml:5:25: PostgreSQL 18 is what there is here, not 17",
        "ephemeral.yaml:5:35: `../x.sql` leads out of the repository");
    check(
        Read.SMALLEST + "data:\n  db:\n    postgres: 18\n    seed: { path: ../x.sql }",
        "ephemeral.yaml:8:5: `../x.sql` leads out of the repository");
  }

  @Test
  void aProblemOfAnAliasPointsAtItsKeyAndIsShownOnceForEachPlace() {
    check(
        """
        app: shop
        services:
          web: { run: x, env: { A: &a "${nothing.here}" } }
          api: { run: x, env: { B: *a } }
        """,
        "ephemeral.yaml:3:28: ${nothing.here} refers to `nothing`, which is nothing here.",
        "ephemeral.yaml:4:25: ${nothing.here} refers to `nothing`, which is nothing here.");
  }
}
