package run.ephemeral.specfile;

import static run.ephemeral.specfile.Read.check;
import static run.ephemeral.specfile.Read.checkService;

import org.junit.jupiter.api.Test;

/// The messages about keys and values.
class KeysTest {
  @Test
  void anUnknownKeyIsShownWithTheNearestRightOne() {
    check(
        Read.SMALLEST + "test: {}",
        "ephemeral.yaml:5:1: `test` is not a key. Did you mean `tests`?");
    checkService(
        "helth: /", "ephemeral.yaml:5:5: `helth` is not a key in `web`. Did you mean `health`?");
    checkService("colour: blue", "ephemeral.yaml:5:5: `colour` is not a key in `web`.");
    check(
        Read.SMALLEST + "sleep: { idel: 30m }",
        "ephemeral.yaml:5:10: `idel` is not a key in `sleep`. Did you mean `idle`?");
    check(
        Read.SMALLEST + "chart: x",
        "ephemeral.yaml:5:1: `chart` is not a key. Did you mean `charts`?");
    checkService(
        "isPublic: true",
        "ephemeral.yaml:5:5: `isPublic` is not a key in `web`. Did you mean `public`?");
    checkService(
        "readyWithin: 3m",
        "ephemeral.yaml:5:5: `readyWithin` is not a key in `web`. Did you mean `ready_within`?");
  }

  @Test
  void aKeyThatIsHereTwiceIsAProblemWithBothLines() {
    check(
        Read.SMALLEST + "app: other",
        "ephemeral.yaml:5:1: `app` is here twice; the first is on line 1");
    checkService("run: again", "ephemeral.yaml:5:5: `run` is here twice; the first is on line 4");
    checkService(
        "env: { A: 1, A: 2 }", "ephemeral.yaml:5:18: `A` is here twice; the first is on line 5");
    checkService(
        "resources: { cpu: 1, cpu: 2 }",
        "ephemeral.yaml:5:26: `cpu` is here twice; the first is on line 5");
  }

  @Test
  void whatIsMissingIsShownWithAnExample() {
    check(
        "services: { web: { run: x } }",
        "ephemeral.yaml:1:1: the file needs `app`; for example `app: shop`");
    check(
        "app: shop",
        "ephemeral.yaml:1:1: the file needs `services`; for example `services: { web: { run: node"
            + " server.js } }`");
    check(
        "app:\nservices:\n",
        "ephemeral.yaml:1:1: `app` has no value; for example `app: shop`",
        "ephemeral.yaml:2:1: `services` has no value; for example `services: { web: { run: node"
            + " server.js } }`");
    check(
        Read.SMALLEST + "tests:\n  smoke: { path: e2e }",
        "ephemeral.yaml:6:3: `smoke` needs `run`; for example `run: node server.js`");
    check(
        Read.SMALLEST + "tests:\n  smoke:\n",
        "ephemeral.yaml:6:3: `smoke` needs `run`; for example `run: node server.js`");
    check(
        "app: shop\nservices:\n  web:\n",
        "ephemeral.yaml:3:3: `web` needs the command that runs it: run: <command>");
    check(
        Read.SMALLEST + "data:\n  db:\n",
        "ephemeral.yaml:6:3: `db` needs to say what it is: postgres: 18");
  }

  @Test
  void aWrongKindOfValueIsShownWithARightOne() {
    checkService(
        "public: yes",
        "ephemeral.yaml:5:13: `public` must be true or false, not `yes`; for example `public:"
            + " true`");
    checkService(
        "public: \"true\"",
        "ephemeral.yaml:5:13: `public` must be true or false, not the text `\"true\"`; for example"
            + " `public: true`");
    checkService(
        "build: [npm ci]",
        "ephemeral.yaml:5:12: `build` must be text, not a list; for example `build: npm ci`");
    checkService(
        "needs: db",
        "ephemeral.yaml:5:12: `needs` must be a list of names, not `db`; for example `needs:"
            + " [db]`");
    checkService(
        "needs: [[db]]",
        "ephemeral.yaml:5:13: entry 1 of `needs` must be a name, not a list; for example `needs:"
            + " [db]`");
    checkService(
        "needs: [db, ~]",
        "ephemeral.yaml:5:17: entry 2 of `needs` must be a name, not `~`; for example `needs:"
            + " [db]`");
    checkService(
        "port: http",
        "ephemeral.yaml:5:11: `port` must be a whole number, not `http`; for example `port: 8080`");
    checkService(
        "port: \"8080\"",
        "ephemeral.yaml:5:11: `port` must be a whole number, not the text `\"8080\"`; for example"
            + " `port: 8080`");
    checkService(
        "port: 99999999999",
        "ephemeral.yaml:5:11: `port` must be a whole number, not `99999999999`; for example `port:"
            + " 8080`");
  }

  @Test
  void aWrongCollectionIsShownWithARightOne() {
    checkService(
        "env: [A=1]",
        "ephemeral.yaml:5:10: `env` must be a mapping, not a list; for example `env: { TITLE:"
            + " Preview }`");
    checkService(
        "env: { A: [1], B: { C: 1 }, D: }",
        "ephemeral.yaml:5:15: `A` must be text, not a list; for example `A: some text`",
        "ephemeral.yaml:5:23: `B` must be text, not a mapping; for example `B: some text`",
        "ephemeral.yaml:5:33: `D` has no value; for an empty text write `D: \"\"`");
    check(
        Read.SMALLEST + "data: { db: { postgres: latest } }",
        "ephemeral.yaml:5:25: `postgres` must be a whole number, not `latest`; for example"
            + " `postgres: 18`");
    check(
        Read.SMALLEST + "data: { db: postgres }",
        "ephemeral.yaml:5:13: `db` must be a mapping, not `postgres`; for example `db: { postgres:"
            + " 18 }`");
    check(
        Read.SMALLEST + "data: { db: { postgres: 18, seed: [a, b] } }",
        "ephemeral.yaml:5:35: `seed` must be text or a mapping, not a list; for example `seed:"
            + " db/seed.sql`");
    check(
        Read.SMALLEST + "start: always",
        "ephemeral.yaml:5:8: `start` must be a mapping, not `always`; for example `start: { when:"
            + " always }`");
    check(
        "app: shop\nservices: [web, api]",
        "ephemeral.yaml:2:11: `services` must be a mapping, not a list; for example `services: {"
            + " web: { run: node server.js } }`");
    check(
        "app: shop\nservices: { web: node server.js }",
        "ephemeral.yaml:2:18: `web` must be a mapping, not `node server.js`; for example `web: {"
            + " run: node server.js }`");
    check(
        "app: [shop]\nservices: { web: { run: x } }",
        "ephemeral.yaml:1:6: `app` must be a name, not a list; for example `app: shop`");
    checkService("? [a]\n: b", "ephemeral.yaml:5:7: a key must be text, not a list");
    checkService(
        "build: !shell npm ci", "ephemeral.yaml:5:12: the tag `!shell` means nothing here");
    checkService("env: !!set { A }", "ephemeral.yaml:5:10: the tag `!!set` means nothing here");
  }

  @Test
  void aWrongNameIsShownWithItsRule() {
    check(
        Read.SMALLEST.replace("shop", "My Shop"),
        "ephemeral.yaml:1:6: `app` cannot be `My Shop`: an app's name is at most 30 of a-z, 0-9 and"
            + " single dashes, and begins with a letter");
    check(
        Read.SMALLEST.replace("web", "Web_App"),
        "ephemeral.yaml:3:3: a name cannot be `Web_App`: a name is at most 20 of a-z, 0-9 and"
            + " single dashes, and begins with a letter");
    checkService(
        "needs: [The DB]",
        "ephemeral.yaml:5:13: entry 1 of `needs` cannot be `The DB`: a name is at most 20 of a-z,"
            + " 0-9 and single dashes, and begins with a letter");
    check(
        "app: shop\nservices: { ~: { run: x } }",
        "ephemeral.yaml:2:13: a name cannot be `~`: a name is at most 20 of a-z, 0-9 and single"
            + " dashes, and begins with a letter");
  }

  @Test
  void aWrongWordIsShownWithTheRightOnes() {
    check(
        Read.SMALLEST + "start: { when: allways }",
        "ephemeral.yaml:5:16: `when` must be `always` or `command`, not `allways`. Did you mean"
            + " `always`?");
    check(
        Read.SMALLEST + "start: { when: ALWAYS }",
        "ephemeral.yaml:5:16: `when` must be `always` or `command`, not `ALWAYS`. Did you mean"
            + " `always`?");
    check(
        Read.SMALLEST + "tests: { smoke: { run: x, when: later } }",
        "ephemeral.yaml:5:33: `when` must be `ready`, not `later`.");
  }

  @Test
  void aWrongDurationIsShownWithARightOne() {
    check(
        Read.SMALLEST + "sleep: { idle: 30 }",
        "ephemeral.yaml:5:16: `idle` must be a duration, not `30`; for example `idle: 30m`");
    check(
        Read.SMALLEST + "sleep: { idle: 30 minutes }",
        "ephemeral.yaml:5:16: `idle` must be a duration, not `30 minutes`; for example `idle:"
            + " 30m`");
    check(
        Read.SMALLEST + "sleep: { idle: 0s }",
        "ephemeral.yaml:5:16: `idle` must be longer than nothing");
    check(
        Read.SMALLEST + "sleep: { idle: -5m }",
        "ephemeral.yaml:5:16: `idle` must be a duration, not `-5m`; for example `idle: 30m`");
    check(
        Read.SMALLEST + "sleep: { idle: 5m1h }",
        "ephemeral.yaml:5:16: `idle` must be a duration, not `5m1h`; for example `idle: 30m`");
    check(
        Read.SMALLEST + "expire: { after: 999999999999d }",
        "ephemeral.yaml:5:18: `after` must be a duration, not `999999999999d`; for example `after:"
            + " 3d`");
    check(
        Read.SMALLEST + "expire: { after: [3d] }",
        "ephemeral.yaml:5:18: `after` must be a duration, not a list; for example `after: 3d`");
    check(
        Read.SMALLEST + "expire: { after: \"\" }",
        "ephemeral.yaml:5:18: `after` must be a duration, not the text `\"\"`; for example `after:"
            + " 3d`");
  }

  @Test
  void whatIsNotBuiltYetSaysSo() {
    check(
        Read.SMALLEST + "charts: { search: { chart: charts/search } }",
        "ephemeral.yaml:5:1: `charts` is not built yet: charts need engine `kubernetes`");
    check(
        Read.SMALLEST + "manifests: [ k8s/*.yaml ]",
        "ephemeral.yaml:5:1: `manifests` is not built yet: manifests need engine `kubernetes`");
    check(
        Read.SMALLEST + "budget: { per: environment, day: $5 }",
        "ephemeral.yaml:5:1: `budget` is not built yet: budgets come with prices and meters");
    checkService(
        "repo: acme/api",
        "ephemeral.yaml:5:5: `repo` is not built yet: services from other repositories come with"
            + " engine `kubernetes` and the GitHub code host");
    check(
        Read.SMALLEST + "data: { uploads: { bucket: true, seed: fixtures/ } }",
        "ephemeral.yaml:5:20: `bucket` is not built yet: buckets come with a later version");
    check(
        Read.SMALLEST + "sleep: { idle: 30m, schedule: \"Mon-Fri 08:00-19:00\" }",
        "ephemeral.yaml:5:21: `schedule` is not built yet: schedules come with a later version");
    check(
        Read.SMALLEST + "start: { when: { label: preview } }",
        "ephemeral.yaml:5:16: `when` must be `always` or `command`, not a mapping; for example"
            + " `when: always`");
    check(
        Read.SMALLEST + "start: { when: { labels: preview } }",
        "ephemeral.yaml:5:16: `when` must be `always` or `command`, not a mapping; for example"
            + " `when: always`");
  }

  @Test
  void allProblemsAreShownAtOnceInOrderOfTheFile() {
    check(
        """
        services:
          web:
            path: [web]
            run: node server.js
            publik: true
            ready_within: soon
            env: { A: { B: 1 } }
        sleep: { idle: 30 }
        app: Shop
        start: { when: { label: preview } }
        """,
        "ephemeral.yaml:3:11: `path` must be text, not a list; for example `path: web`",
        "ephemeral.yaml:5:5: `publik` is not a key in `web`. Did you mean `public`?",
        "ephemeral.yaml:6:19: `ready_within` must be a duration, not `soon`; for example"
            + " `ready_within: 90s`",
        "ephemeral.yaml:7:15: `A` must be text, not a mapping; for example `A: some text`",
        "ephemeral.yaml:8:16: `idle` must be a duration, not `30`; for example `idle: 30m`",
        "ephemeral.yaml:9:6: `app` cannot be `Shop`: an app's name is at most 30 of a-z, 0-9 and"
            + " single dashes, and begins with a letter",
        "ephemeral.yaml:10:16: `when` must be `always` or `command`, not a mapping; for example"
            + " `when: always`");
  }
}
