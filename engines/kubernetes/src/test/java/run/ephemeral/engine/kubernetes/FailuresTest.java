package run.ephemeral.engine.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import run.ephemeral.core.release.Artifact;
import run.ephemeral.core.release.Component;
import run.ephemeral.core.spec.ResourcesSpec;
import run.ephemeral.testkit.TestBed;

/// What people read about a service that does not become ready. All of them fail side by side, in
/// one namespace.
@Tag("long")
@EnabledIf("run.ephemeral.testkit.TestBed#hasCluster")
class FailuresTest {
  private static final String INSTALLATION = TestEngine.installation();
  private static final String SCRIPTS = TestBed.REGISTRY + "/testbed/failures";

  private static TestEngine cluster;
  private static TestNamespace place;
  private static Artifact.Image web;

  @BeforeAll
  static void apply() throws Exception {
    cluster = TestEngine.of(INSTALLATION);
    place = TestNamespace.of(cluster);
    web = TestEngine.image(TestBed.WEB, "1");
    place.apply(service("huge", "64", ""), web);
    apply("loops", "echo starting; echo 'no database at db:5432' >&2; echo; exit 3");
    apply("ends", "echo done with it");
    apply("greedy", "exec busybox dd if=/dev/zero of=/dev/null bs=200M count=1");
    place.apply(service("keyless", "10m", ""), web);
    patch(
        "keyless",
        "/env/-",
        "{'name': 'K', 'valueFrom': {'secretKeyRef': {'name': 'db', 'key': 'password'}}}");
    place.apply(service("lost", "10m", ""), web);
    patch("lost", "/command", "['/app/server']");
  }

  @AfterAll
  static void erase() {
    cluster.close();
    TestEngine.erase(INSTALLATION);
  }

  private static Component.Container service(String name, String cpu, String health) {
    var resources = new ResourcesSpec(Optional.of(cpu), Optional.of("32Mi"));
    return TestEngine.web(name, 0, resources, Optional.of(health).filter(it -> !it.isEmpty()), 3);
  }

  private static void apply(String name, String script) throws Exception {
    TestBed.pushScript(SCRIPTS + ":" + name, script);
    place.apply(service(name, "10m", ""), TestEngine.image(SCRIPTS, name));
  }

  /// Adds what our own objects never have.
  private static void patch(String service, String where, String json) {
    var path = "/spec/template/spec/containers/0" + where;
    var patch = "[{'op': 'add', 'path': '%s', 'value': %s}]".formatted(path, json);
    place.kubectl("patch", "deploy", service, "--type=json", "-p", patch.replace('\'', '"'));
  }

  @Test
  void whatNoNodeHasRoomForSaysWhatIsShort() {
    place.says(
        "huge",
        "no node takes it, as it asks for cpu 64, memory 32Mi: 0/\\d+ nodes are available: .*"
            + "Insufficient cpu.*");
    assertThat(place.workload("huge").trouble().orElseThrow()).doesNotContain("preemption");
  }

  @Test
  void aProgramThatLoopsSaysItsExitCodeAndTheEndOfItsLog() {
    place.says(
        "loops",
        "exit 3, started \\d+ times; the end of its log: starting / no database at db:5432");
  }

  @Test
  void aProgramThatEndsSaysThatItHasToKeepRunning() {
    place.says(
        "ends",
        "its program ended by itself \\(exit 0\\); a service has to keep running, started \\d+"
            + " times");
  }

  @Test
  void aProgramThatTakesTooMuchMemorySaysItsLimit() {
    place.says(
        "greedy",
        "it used more memory than its limit of 32Mi; set `resources: \\{ memory: … \\}`"
            + ", started \\d+ times");
  }

  @Test
  void aSecretThatIsNotThereIsNamed() {
    place.says("keyless", "its container cannot be made: secret \"db\" not found");
  }

  @Test
  void aProgramThatIsNotInTheImageIsNamed() {
    place.says(
        "lost",
        "its program cannot be started: exec: \"/app/server\": .*no such file or directory.*");
  }

  @Test
  void aProbeThatFailsSaysItsAnswer() throws Exception {
    var sick = place.apply(service("sick", "10m", "/nosuch"), web);
    place.awaitSays(
        sick,
        "does not answer on port 8080 at /nosuch with 2xx or 3xx: it answers 404 (waited 3 s)");
  }

  @Test
  void aServiceThatDoesNotListenSaysItsPort() throws Exception {
    TestBed.pushScript(SCRIPTS + ":deaf", "exec busybox sleep 1000");
    var deaf = place.apply(service("deaf", "10m", ""), TestEngine.image(SCRIPTS, "deaf"));
    place.awaitSays(
        deaf,
        "does not listen on port 8080 (its `port`; also in $PORT): connect: connection refused"
            + " (waited 3 s)");
  }
}
