package run.ephemeral.engine.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static run.ephemeral.testkit.Eventually.eventually;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.engine.kubernetes.client.ApiException;
import run.ephemeral.engine.kubernetes.client.ApiServer;
import run.ephemeral.engine.kubernetes.object.Labels;

/// An API server that is restarted, that has forgotten what was, and whose etcd was restored from a
/// backup.
@Tag("long")
@EnabledIf("run.ephemeral.testkit.TestBed#isUp")
class RestoreTest {
  private static final Labels LABELS = new Labels("restored");
  private static final String PODS = "/api/v1/namespaces/default/pods";
  private static final Paths PATHS =
      new Paths(new EnvironmentKey(new EnvironmentId(1), new EnvironmentName("default")));
  private static final String PATH = PATHS.deployment(new ComponentName("web"));

  private final OwnApiServer server;
  private final ApiServer api;
  private final Set<EnvironmentId> changed = ConcurrentHashMap.newKeySet();
  private final PodWatch watch;

  RestoreTest(@TempDir Path folder) throws Exception {
    server = new OwnApiServer(folder);
    api = server.client();
    watch = new PodWatch(api, LABELS, change -> changed.add(change.environment()));
  }

  @AfterEach
  void close() throws Exception {
    watch.close();
    api.close();
    server.close();
  }

  private static ObjectNode object(String version, String kind, String name) {
    var object = JsonNodeFactory.instance.objectNode();
    object.put("apiVersion", version).put("kind", kind);
    object.withObject("metadata").put("name", name);
    return object;
  }

  private void pod(int environment) {
    var pod = object("v1", "Pod", "pod-" + environment);
    pod.withObject("metadata")
        .withObject("labels")
        .put(Labels.INSTALLATION, LABELS.installation())
        .put(Labels.ENVIRONMENT, Integer.toString(environment));
    pod.withObject("spec")
        .withArray("containers")
        .addObject()
        .put("name", "main")
        .put("image", "none");
    api.create(PODS, pod);
    var ready = JsonNodeFactory.instance.objectNode();
    ready
        .withObject("status")
        .withArray("conditions")
        .addObject()
        .put("type", "Ready")
        .put("status", "True");
    api.merge(PODS + "/pod-" + environment + "/status", ready);
  }

  private void told(int environment) {
    eventually("told of " + environment, () -> changed.contains(new EnvironmentId(environment)));
  }

  private ObjectNode deployment(String digest, int replicas) {
    var object = object("apps/v1", "Deployment", "web");
    object.withObject("metadata").withObject("annotations").put(Labels.DIGEST, digest);
    var spec = object.withObject("spec").put("replicas", replicas);
    spec.withObject("selector").withObject("matchLabels").put("app", "web");
    var template = spec.withObject("template");
    template.withObject("metadata").withObject("labels").put("app", "web");
    template
        .withObject("spec")
        .withArray("containers")
        .addObject()
        .put("name", "web")
        .put("image", "none");
    return object;
  }

  private static String version(ObjectNode object) {
    return object.path("metadata").path("resourceVersion").asText();
  }

  @Test
  void aRestartedServerIsWatchedAgainAndWhatItForgotIsListed() throws Exception {
    watch.start();
    pod(1);
    told(1);
    server.restartServer();
    pod(2);
    told(2);
    var old = version(api.collection(PODS, Map.of()));
    pod(3);
    told(3);
    server.compact();
    server.restartServer();
    pod(4);
    told(4);
    // What the watch would have met if it had gone on from where it was.
    var query = Map.of("watch", "true", "resourceVersion", old, "timeoutSeconds", "1");
    try (var in = api.stream(PODS, query, Duration.ofSeconds(10))) {
      assertThat(new String(in.readAllBytes(), UTF_8)).contains("\"code\":410");
    }
  }

  @Test
  void afterARestoreWhatIsNewerThanTheServerIsForgottenAndWritesRecover() throws Exception {
    pod(1);
    api.apply(PATH, deployment("one", 1));
    server.backUp();
    watch.start();
    told(1);
    pod(2);
    told(2);
    // The newer object has a resource version that the restored server has not reached.
    var newer = api.merge(PATH, label("touched"));
    changed.clear();
    server.restore();
    told(2);
    assertThat(api.get(PODS + "/pod-2")).isEmpty();
    var restored = api.get(PATH).orElseThrow();
    assertThat(Long.parseLong(version(restored))).isLessThan(Long.parseLong(version(newer)));
    new Judged(api).write(PATH, Optional.of(newer), deployment("two", 1), api::apply);
    assertThat(Namespaces.annotation(api.get(PATH).orElseThrow(), Labels.DIGEST)).isEqualTo("two");
    pod(3);
    told(3);
  }

  private static ObjectNode label(String value) {
    var patch = JsonNodeFactory.instance.objectNode();
    patch.withObject("metadata").withObject("labels").put("touched", value);
    return patch;
  }

  @Test
  void theOlderOfTwoWritersLoses() {
    api.apply(PATH, deployment("one", 1));
    var judged = api.get(PATH);
    api.apply(PATH, deployment("two", 1));
    var lost =
        catchThrowableOfType(
            ApiException.class,
            () -> new Judged(api).write(PATH, judged, deployment("three", 1), api::apply));
    assertThat(lost).hasMessageContaining("the object has been modified");
    assertThat(Namespaces.annotation(api.get(PATH).orElseThrow(), Labels.DIGEST)).isEqualTo("two");
    // What was to be is there already: the answer to the first write may have been lost.
    new Judged(api).write(PATH, judged, deployment("two", 1), api::apply);
  }
}
