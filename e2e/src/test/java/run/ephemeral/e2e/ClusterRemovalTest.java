package run.ephemeral.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static run.ephemeral.e2e.ClusterApp.kubectl;
import static run.ephemeral.e2e.ClusterApp.slowly;
import static run.ephemeral.testkit.Eventually.eventually;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/// Environments whose namespaces go by other hands, do not go, or are not ours, on a real cluster.
@EnabledIf("run.ephemeral.testkit.TestBed#hasCluster")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterRemovalTest {
  private static final int PLANTED = 50;
  private static final String FINALIZERS = "{\"metadata\":{\"finalizers\":%s}}";

  @TempDir static Path folder;
  static ClusterApp app;

  @BeforeAll
  static void prepare() throws Exception {
    app = new ClusterApp(folder);
    app.begin();
    for (var number : List.of(1, 2, 3)) {
      app.image(number, "text " + number);
      app.commit("b" + number, number);
    }
    for (var number : List.of(1, 2, 3)) {
      app.awaitReady(number);
    }
  }

  @AfterAll
  static void end() {
    app.close();
  }

  private static void serves(int number) {
    var name = app.environment(number);
    eventually(name + " serves", () -> app.plane.page(name).body().equals("text " + number));
    app.awaitReady(number);
  }

  private static boolean exists(String environment) {
    return app.plane.ask("GET", "/environments/" + environment, "").statusCode() != 404;
  }

  @Test
  @Order(1)
  void aNamespaceThatIsDeletedByHandIsMadeAgainAndAnEventSaysSo() {
    var name = app.environment(1);
    serves(1);
    var uid = ClusterApp.uid(name);
    assertThat(events(name, "applied in a new namespace")).isEqualTo(1);
    kubectl("delete", "ns", name, "--wait=true");
    slowly(
        "it has a new namespace",
        () -> !ClusterApp.uid(name).isEmpty() && !ClusterApp.uid(name).equals(uid));
    serves(1);
    eventually("it says so", () -> events(name, "applied in a new namespace") == 2);
    assertThat(app.plane.events(name))
        .containsOnlyOnce(
            "it waits until the cluster has removed the namespace `"
                + name
                + "` of before, with all that was in it; then it gets a new one");
  }

  private static long events(String environment, String text) {
    return app.plane.events(environment).stream().filter(event -> event.contains(text)).count();
  }

  private static void hold(String namespace) {
    kubectl("-n", namespace, "create", "cm", "cx");
    kubectl(
        "-n",
        namespace,
        "patch",
        "cm",
        "cx",
        "--type=merge",
        "-p",
        FINALIZERS.formatted("[\"never.test/x\"]"));
  }

  private static void letGo(String namespace) {
    kubectl(
        "-n", namespace, "patch", "cm", "cx", "--type=merge", "-p", FINALIZERS.formatted("null"));
  }

  /// Reopened while its namespace is held by a finalizer.
  @Test
  @Order(2)
  void whatIsReopenedWaitsForTheOldOneToBeGone() throws Exception {
    var name = app.environment(2);
    serves(2);
    var uid = ClusterApp.uid(name);
    hold(name);
    try {
      app.git.run("merge", "-q", "--no-edit", "b2");
      app.plane.awaitPhase(name, "removing");
      app.git.run("reset", "-q", "--hard", "HEAD~1");
      app.commit("b2", 4);
      eventually(
          "it says that it waits",
          () ->
              app.plane
                  .get("/apps")
                  .toString()
                  .contains(
                      "pull request 2 waits until the `%s` of before is gone, which is being"
                          .formatted(name)));
      var again = app.plane.command(name, "update");
      assertThat(again.body()).contains("is being removed; try again when it is gone");
      assertThat(ClusterApp.uid(name)).isEqualTo(uid);
    } finally {
      letGo(name);
    }
    slowly(
        "the old one is gone",
        () -> !ClusterApp.uid(name).isEmpty() && !ClusterApp.uid(name).equals(uid));
    serves(2);
    assertThat(app.plane.events(name)).noneMatch(event -> event.contains("forbidden"));
  }

  @Test
  @Order(3)
  void ofThreePullRequestsThatCloseWhileTheControlPlaneIsDownNothingIsLeft() throws Exception {
    assertThat(app.namespaces()).hasSize(3);
    app.plane.kill();
    for (var number : List.of(1, 2, 3)) {
      app.close("b" + number);
    }
    app.plane.start();
    slowly(
        "all are removed",
        () -> List.of(1, 2, 3).stream().map(app::environment).noneMatch(it -> exists(it)));
    assertThat(app.objects()).isEmpty();
    assertThat(app.rows()).isEmpty();
    assertThat(app.checks("missing", "leftover")).isEmpty();
    assertThat(app.checks("audit"))
        .containsExactly("everything that should be there is, and nothing else");
  }

  private static String namespace(String name, String... labels) {
    var yaml = new StringBuilder("apiVersion: v1\nkind: Namespace\nmetadata:\n");
    yaml.append("  name: %s\n  labels:\n    test: %s\n".formatted(name, app.name));
    for (var label : labels) {
      yaml.append("    %s\"\n".formatted(label.replace("=", ": \"")));
    }
    return yaml + "---\n";
  }

  private static String deployment(String namespace, String name, String... labels) {
    var yaml = new StringBuilder("apiVersion: apps/v1\nkind: Deployment\nmetadata:\n");
    yaml.append("  name: %s\n  namespace: %s\n  labels:\n".formatted(name, namespace));
    yaml.append("    test: %s\n".formatted(app.name));
    for (var label : labels) {
      yaml.append("    %s\"\n".formatted(label.replace("=", ": \"")));
    }
    return yaml
        + """
        spec:
          replicas: 0
          selector: { matchLabels: { a: b } }
          template:
            metadata: { labels: { a: b } }
            spec: { containers: [ { name: a, image: a } ] }
        ---
        """;
  }

  /// Forty namespaces, and ten Deployments in a namespace of somebody else.
  private static List<String> orphans() {
    var all = new ArrayList<String>();
    for (int i = 0; i < PLANTED; i++) {
      var name = "%s-orphan-%d".formatted(app.name, i);
      var id = "ephemeral.run/environment=%d".formatted(900_000 + i);
      all.add(
          i < 40
              ? namespace(name, app.label(), id)
              : deployment(app.name + "-theirs", name, app.label(), id));
    }
    return all;
  }

  /// What only looks like ours: without labels, of another installation, with a label of which no
  /// id can be read, with one of the two labels only.
  private static List<String> lookAlikes() {
    var id = "ephemeral.run/environment=900000";
    var theirs = "ephemeral.run/installation=other";
    var managed = "app.kubernetes.io/managed-by=ephemeral.run";
    var labels =
        List.of(
            List.of(managed),
            List.of(theirs, id),
            List.of(app.label(), "ephemeral.run/environment=garbage"),
            List.of(app.label()),
            List.of(id),
            List.of(app.label() + "x", id),
            List.of(app.label(), "ephemeral.run/environment="),
            List.of(app.label(), "ephemeral.run/environment=9000000000000000000"));
    var all = new ArrayList<String>();
    all.add(namespace(app.name + "-theirs"));
    for (int i = 1; i < PLANTED; i++) {
      var mine = labels.get(i % labels.size()).toArray(String[]::new);
      all.add(
          i < 40
              ? namespace("pr-%s-%d".formatted(app.name, 100 + i), mine)
              : deployment(app.name + "-theirs", "alike-" + i, mine));
    }
    return all;
  }

  private static void apply(List<String> objects) throws Exception {
    var file = Files.writeString(folder.resolve("planted.yaml"), String.join("", objects));
    kubectl("apply", "-f", file.toString());
  }

  private static List<String> planted() {
    return kubectl("get", "ns,deploy", "-A", "-l", "test=" + app.name, "-o", "name")
        .lines()
        .sorted()
        .toList();
  }

  @Test
  @Order(4)
  void fiftyOrphansAreFoundAndRemovedAndFiftyLookAlikesAreNotTouched() throws Exception {
    try {
      apply(lookAlikes());
      var alike = planted();
      assertThat(alike).hasSize(PLANTED);
      assertThat(app.checks("missing", "leftover")).isEmpty();
      apply(orphans());
      assertThat(planted()).hasSize(2 * PLANTED);
      assertThat(app.checks("leftover"))
          .hasSize(PLANTED)
          .allMatch(found -> found.contains(app.name + "-orphan-"))
          .contains(
              "namespace %s-orphan-7 of environment 900007, which is no more: on cluster bed in"
                      .formatted(app.name)
                  + " %s-orphan-7".formatted(app.name),
              "workload %s-orphan-42 of environment 900042, which is no more: on cluster bed in"
                      .formatted(app.name)
                  + " %s-theirs".formatted(app.name));
      var fixed = app.plane.cli("doctor", "--fix", "--yes");
      assertThat(fixed.code()).as(fixed.out()).isZero();
      slowly("the orphans are gone", () -> planted().equals(alike));
      assertThat(app.checks("missing", "leftover")).isEmpty();
      for (var name : alike) {
        assertThat(kubectl("get", name, "-n", app.name + "-theirs", "-o", "yaml"))
            .doesNotContain("deletionTimestamp");
      }
    } finally {
      kubectl("delete", "ns", "-l", "test=" + app.name, "--wait=false");
    }
  }

  private static String reason(String environment) {
    return app.plane.environment(environment).path("reason").asText();
  }

  /// No other test may use the cluster meanwhile, nor anybody else: no namespace can go.
  @EnabledIf("run.ephemeral.testkit.TestBed#isUp")
  @Test
  @Order(5)
  @Tag("long")
  void aDeadApiServiceIsOneAlarmOfItsClusterAndNotOneOfEachEnvironment() throws Exception {
    var names = List.of(app.environment(4), app.environment(5));
    for (var number : List.of(4, 5)) {
      app.image(number, "text " + number);
      app.commit("b" + number, number);
    }
    names.forEach(name -> app.plane.awaitPhase(name, "ready"));
    var dead = "v1." + app.name + ".test";
    var api =
        """
        {"apiVersion":"apiregistration.k8s.io/v1","kind":"APIService","metadata":{"name":"v1.%s"},
         "spec":{"group":"%s","version":"v1","groupPriorityMinimum":100,"versionPriority":100,
         "insecureSkipTLSVerify":true,
         "service":{"namespace":"default","name":"nosuch","port":443}}}
        """
            .replace("%s", app.name + ".test");
    var alarm =
        ("API service `%s` does not answer, and until it does, no namespace of the cluster can be"
                + " removed; mend it, or, if nobody needs it: kubectl delete apiservice %s")
            .formatted(dead, dead);
    assertThat(app.checks("cluster bed")).isEmpty();
    try {
      kubectl("apply", "-f", Files.writeString(folder.resolve("api.json"), api).toString());
      eventually("doctor says so", () -> app.checks("cluster bed").equals(List.of(alarm)));
      names.forEach(name -> app.plane.command(name, "destroy"));
      var told = "its namespace is not gone yet: " + alarm;
      for (var name : names) {
        slowly(name + " waits for it", () -> reason(name).contains(told));
        assertThat(events(name, told)).isEqualTo(1);
      }
      assertThat(app.checks("cluster bed")).containsExactly(alarm);
      var shown = app.plane.cli("cluster", "show", "bed");
      assertThat(shown.code()).isNotZero();
      assertThat(shown.out()).contains(alarm);
    } finally {
      kubectl("delete", "apiservice", dead, "--ignore-not-found");
    }
    slowly("both are gone", () -> names.stream().noneMatch(name -> exists(name)));
    assertThat(app.checks("cluster bed")).isEmpty();
    assertThat(app.objects()).isEmpty();
  }
}
