package run.ephemeral.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.testkit.Eventually;
import run.ephemeral.testkit.Plane;
import run.ephemeral.testkit.TestBed;
import run.ephemeral.testkit.github.GitHub;

/// A pull request of a fork at the test GitHub, on a real cluster: told, approved, run, pushed.
@EnabledIf("canRun")
class ForkTest {
  private static final String APP = "f" + Long.toString(System.currentTimeMillis(), 36);
  private static final String IMAGE = TestBed.REGISTRY + "/e2e/" + APP;

  @TempDir static Path folder;
  static GitHub github;
  static Plane plane;

  static boolean canRun() {
    return TestBed.hasCluster() && GitHub.isThere();
  }

  @BeforeAll
  static void prepare() throws Exception {
    github = new GitHub(folder.resolve("github"));
    plane = new Plane(folder.resolve("home"));
    plane.environment.put("EPHEMERAL_PLAIN_REGISTRIES", TestBed.REGISTRY);
    plane.start();
    var config = TestBed.kubeconfig().toString();
    cli("cluster", "add", "bed", "--kubeconfig", config, "--probe-image", TestBed.BUSYBOX);
    var key = Files.writeString(folder.resolve("key.pem"), github.pem()).toString();
    var app = Long.toString(GitHub.APP);
    cli("github", "setup", "--url", github.url(), "--app", app, "--key-file", key);
  }

  @AfterAll
  static void end() {
    plane.close();
    github.close();
  }

  private static void cli(String... arguments) throws Exception {
    var said = plane.cli(arguments);
    assertThat(said.code()).as(said.out()).isZero();
  }

  @Test
  void anApprovedCommitRunsAndTheNextOneDoesNot() throws Exception {
    var shop = github.repository(APP);
    shop.admit("ann", "write");
    shop.commit(
        "main",
        "ephemeral.yaml",
        "app: %s\nservices: { web: { image: %s, port: 8080, public: true } }\n"
            .formatted(APP, IMAGE));
    cli("app", "add", github.url() + "/" + shop.path(), "--cluster", "bed");
    var number = shop.openFork("eve", "topic", "page", "good");
    var name = "pr-%s-%d".formatted(APP, number);
    Eventually.eventually(
        "it is told", () -> shop.seen(number).toString().contains("Awaits approval"));
    assertThat(plane.get("/environments").toString()).doesNotContain(name);

    var commit = shop.head(number);
    TestBed.pushWeb(IMAGE + ":" + commit, "good");
    shop.say(number, "eve", "@runbot approve " + commit);
    Eventually.eventually(
        "it is refused", () -> shop.seen(number).toString().contains("only people who may push"));
    shop.say(number, "ann", "@runbot approve " + commit);
    plane.awaitPhase(name, "ready");
    Eventually.eventually("it answers", () -> plane.page(name).body().equals("good"));
    Eventually.eventually("it is told", () -> shop.seen(number).getFirst().contains("is ready"));
    assertThat(shop.seen(number).getFirst()).contains("Of a fork, approved by ann");

    shop.pushFork(number, "page", "bad");
    TestBed.pushWeb(IMAGE + ":" + shop.head(number), "bad");
    TestBed.pushWeb(IMAGE + ":PR-" + number, "bad");
    Eventually.eventually(
        "the push is told", () -> shop.seen(number).getFirst().contains("is not approved"));
    cli("update", name);
    assertThat(plane.page(name).body()).isEqualTo("good");
    shop.review(number, "ann", true, "@runbot approve");
    Eventually.eventually("it answers", () -> plane.page(name).body().equals("bad"));
    shop.close(number);
    Eventually.eventually(
        "it is gone", () -> !plane.get("/environments").toString().contains(name));
  }
}
