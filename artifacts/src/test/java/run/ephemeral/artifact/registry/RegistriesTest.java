package run.ephemeral.artifact.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.core.Digest;
import run.ephemeral.core.artifact.Images;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.release.Artifact;
import run.ephemeral.core.release.ArtifactOrder;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.step.Fence;
import run.ephemeral.core.step.Outcome;
import run.ephemeral.core.step.Step;
import run.ephemeral.testkit.Eventually;

/// What registries answer, by the status codes of the distribution specification, and what becomes
/// of each answer.
class RegistriesTest {
  private static final EnvironmentKey ENVIRONMENT =
      new EnvironmentKey(new EnvironmentId(1), new EnvironmentName("pr-shop-1"));
  private static final String ONE = "sha256:" + "1".repeat(64);
  private static final String TWO = "sha256:" + "2".repeat(64);

  @TempDir Path folder;
  private final Map<String, String> tags = new ConcurrentHashMap<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final AtomicInteger moves = new AtomicInteger();
  private final KnownImages images = new KnownImages();
  private volatile int status = 200;
  private volatile String challenge = "";
  private volatile String token = "t0ken";
  private volatile boolean refusesHead;
  private volatile boolean saysNoDigest;
  private volatile Set<String> nodes = Set.of("linux/amd64");
  private final Map<String, String> manifests = new ConcurrentHashMap<>();
  private HttpServer server;
  private Registries registries;

  private static final class KnownImages implements Images {
    private final Map<Digest, Artifact.Image> all = new ConcurrentHashMap<>();

    @Override
    public Map<Digest, Artifact.Image> find(Set<Digest> orders) {
      var found = new ConcurrentHashMap<>(all);
      found.keySet().retainAll(orders);
      return found;
    }

    @Override
    public void write(Digest order, Artifact.Image image) {
      all.put(order, image);
    }
  }

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    registries = open();
  }

  private Registries open() {
    return new Registries(
        images, folder.resolve("config.json"), Set.of(), () -> nodes, moves::incrementAndGet);
  }

  @AfterEach
  void stop() {
    registries.close();
    server.stop(0);
  }

  private String host() {
    return "localhost:" + server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      var path = exchange.getRequestURI().getPath();
      var sent = exchange.getRequestHeaders().getFirst("Authorization");
      asked.add(exchange.getRequestMethod() + " " + path + (sent == null ? "" : " " + sent));
      if (path.equals("/token")) {
        var body = "{\"token\":\"%s\"}".formatted(token).getBytes(UTF_8);
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        return;
      }
      if (!challenge.isEmpty() && sent == null) {
        exchange.getResponseHeaders().set("WWW-Authenticate", challenge);
        exchange.sendResponseHeaders(401, -1);
        return;
      }
      if (refusesHead && exchange.getRequestMethod().equals("HEAD")) {
        exchange.sendResponseHeaders(405, -1);
        return;
      }
      var digest = tags.get(path.replaceFirst(".*/", ""));
      if (status == 429) {
        exchange.getResponseHeaders().set("Retry-After", "77");
      }
      if (digest != null && !saysNoDigest) {
        exchange.getResponseHeaders().set("Docker-Content-Digest", digest);
      }
      var text = digest == null ? "" : manifests.getOrDefault(digest, "");
      var manifest = text.getBytes(UTF_8);
      if (manifest.length > 0) {
        var type = "application/vnd.oci.image.index.v1+json; charset=utf-8";
        exchange.getResponseHeaders().set("Content-Type", type);
      }
      var isSent = exchange.getRequestMethod().equals("GET") && manifest.length > 0;
      exchange.sendResponseHeaders(
          status != 200 ? status : digest == null ? 404 : 200, isSent ? manifest.length : -1);
      if (isSent) {
        exchange.getResponseBody().write(manifest);
      }
    }
  }

  private ArtifactOrder.Pulled order(String... tags) {
    return new ArtifactOrder.Pulled(host() + "/acme/web", List.of(tags));
  }

  private Outcome resolve(ArtifactOrder.Pulled order) throws InterruptedException {
    var step = new Step.Resolve(new ComponentName("web"), order, "test");
    return registries.perform(ENVIRONMENT, step, new Fence(1, 1));
  }

  private String failure(String tag) throws InterruptedException {
    return ((Outcome.Failed) resolve(order(tag))).fault().message();
  }

  @Test
  void theFirstTagThatExistsIsKeptByItsDigest() throws Exception {
    tags.put("main", ONE);
    var order = order("PR-1", "c0ffee", "main");
    assertThat(registries.known(Set.of(order))).isEmpty();
    assertThat(resolve(order)).isInstanceOf(Outcome.Done.class);
    var image = (Artifact.Image) new ArrayList<>(registries.known(Set.of(order)).values()).get(0);
    assertThat(image.reference()).isEqualTo(host() + "/acme/web@" + ONE);
    assertThat(image.tag()).isEqualTo("main");
    assertThat(asked).allMatch(line -> line.startsWith("HEAD /v2/acme/web/manifests/"));
  }

  @Test
  void whatIsNotPushedYetIsNoFailureAndAskedForOnceForAll() throws Exception {
    assertThat(resolve(order("PR-1"))).isInstanceOf(Outcome.NotYet.class);
    assertThat(resolve(order("PR-1"))).isInstanceOf(Outcome.NotYet.class);
    assertThat(asked).hasSize(1);
  }

  @Test
  void whoIsToldOfAPushLooksAtOnceAndTellsOn() throws Exception {
    var order = order("PR-1");
    assertThat(resolve(order)).isInstanceOf(Outcome.NotYet.class);
    tags.put("PR-1", ONE);
    registries.pushed(host() + "/acme/other");
    assertThat(asked).hasSize(1);
    registries.pushed(host() + "/acme/web");
    Eventually.eventually("others are told", () -> moves.get() == 1);
    assertThat(registries.known(Set.of(order))).containsOnlyKeys(order.key());
    assertThatThrownBy(() -> registries.pushed("no image")).hasMessageContaining("not the name");
  }

  @Test
  void whoIsBroughtUpToDateGetsTheNewestImageOrTheReasonWhyNot() throws Exception {
    var order = order("PR-1");
    tags.put("PR-1", ONE);
    assertThat(resolve(order)).isInstanceOf(Outcome.Done.class);
    tags.put("PR-1", TWO);
    assertThat(registries.look(Set.of(order))).isEmpty();
    assertThat(registries.known(Set.of(order)).toString()).contains(TWO);
    assertThat(moves).hasValue(1);
    status = 500;
    assertThat(registries.look(Set.of(order)).orElseThrow().message()).contains("answered 500");
    status = 429;
    assertThat(registries.look(Set.of(order)).orElseThrow().message()).contains("again in 77 s");
    var before = asked.size();
    assertThat(registries.look(Set.of(order)).orElseThrow().message()).contains("again in 77 s");
    assertThat(asked).hasSize(before);
  }

  @Test
  void everyAnswerHasItsSentence() throws Exception {
    status = 429;
    assertThat(failure("a")).contains("limits how often it is asked", "again in 77 s");
    status = 403;
    assertThat(failure("b")).contains("does not exist, or", "docker login " + host());
    status = 500;
    assertThat(failure("c")).contains("answered 500");
    status = 200;
    tags.put("d", "sha256:short");
    assertThat(failure("d")).contains("gave no digest");
    challenge = "Bearer realm=\"http://a b\"";
    assertThat(failure("e")).contains("its sign-in has characters");
    challenge = "Bearer realm=\"http://%s/token\"".formatted(host());
    token = "a\\nb";
    assertThat(failure("f")).contains("its sign-in has characters");
    token = "t0ken";
    tags.put("g", ONE);
    assertThat(resolve(order("g"))).as("no bad token is kept").isInstanceOf(Outcome.Done.class);
    server.stop(0);
    assertThat(failure("h")).contains("does not answer");
  }

  @Test
  void aRegistryWithoutHeadIsAskedWithGet() throws Exception {
    refusesHead = true;
    tags.put("PR-1", ONE);
    assertThat(resolve(order("PR-1"))).isInstanceOf(Outcome.Done.class);
  }

  @Test
  void dockersSignInCountsAtOnce() throws Exception {
    challenge = "Basic realm=\"acme\"";
    tags.put("PR-1", ONE);
    assertThat(failure("PR-1")).contains("wants a sign-in");
    var auth = Base64.getEncoder().encodeToString("ann:s3cret".getBytes(UTF_8));
    Files.writeString(
        folder.resolve("config.json"),
        "{\"auths\":{\"%s\":{\"auth\":\"%s\"},\"other.io\":{\"auth\":\"x\"}}}"
            .formatted(host(), auth));
    assertThat(resolve(order("PR-1", "x"))).isInstanceOf(Outcome.Done.class);
    assertThat(asked.getLast()).endsWith("Basic " + auth);
    var copied = registries.of(Set.of(host() + "/acme/web@" + ONE)).orElseThrow();
    assertThat(copied).contains(host(), auth).doesNotContain("other.io");
    assertThat(registries.of(Set.of("ghcr.io/acme/web"))).isEmpty();
  }

  @Test
  void aConfigThatCannotBeReadIsNamed() throws Exception {
    Files.writeString(folder.resolve("config.json"), "{");
    challenge = "Basic realm=\"acme\"";
    var fault = registries.look(Set.of(order("PR-1"))).orElseThrow();
    assertThat(fault.message()).contains("config.json", "cannot be read");
    Files.writeString(
        folder.resolve("config.json"), "{\"auths\":{\"%s\":{\"auth\":\"x\"}}}".formatted(host()));
    var other = registries.look(Set.of(order("PR-2"))).orElseThrow();
    assertThat(other.message()).contains("config.json", "no Base64");
  }

  @Test
  void aBearerTokenIsAskedForAsTheRegistrySays() throws Exception {
    challenge = "Bearer realm=\"http://%s/token\",service=\"acme\"".formatted(host());
    tags.put("PR-1", ONE);
    assertThat(resolve(order("PR-1"))).isInstanceOf(Outcome.Done.class);
    assertThat(asked).contains("GET /token");
    assertThat(asked.getLast()).endsWith("Bearer t0ken");
  }

  @Test
  void aTagThatMovedIsToldOnce() throws Exception {
    tags.put("PR-1", ONE);
    resolve(order("PR-1"));
    tags.put("PR-1", TWO);
    registries = open();
    resolve(order("PR-1"));
    assertThat(moves).hasValue(1);
    assertThat(registries.known(Set.of(order("PR-1"))).values())
        .extracting(artifact -> ((Artifact.Image) artifact).digest())
        .containsExactly(TWO);
    registries = open();
    resolve(order("PR-1"));
    assertThat(moves).hasValue(1);
  }

  /// An index that is found by its tag and by its digest.
  private void push(String tag, String digest, String... platforms) {
    var entries = new ArrayList<String>();
    for (var platform : platforms) {
      var parts = platform.split("/", 2);
      entries.add(
          "{\"platform\":{\"os\":\"%s\",\"architecture\":\"%s\"}}".formatted(parts[0], parts[1]));
    }
    tags.put(tag, digest);
    tags.put(digest, digest);
    manifests.put(digest, "{\"manifests\":[%s]}".formatted(String.join(",", entries)));
  }

  @Test
  void anIndexWithoutThePlatformOfAnyNodeIsRefusedBeforeItIsPulled() throws Exception {
    push("arm", ONE, "linux/arm64", "linux/arm", "unknown/unknown");
    assertThat(failure("arm"))
        .isEqualTo(
            "image %s/acme/web:arm has no linux/amd64: it has linux/arm, linux/arm64; build it for"
                    .formatted(host())
                + " the cluster's nodes, too");
    assertThat(registries.known(Set.of(order("arm")))).isEmpty();
    push("both", TWO, "linux/arm64", "linux/amd64");
    assertThat(resolve(order("both"))).isInstanceOf(Outcome.Done.class);
    var image = (Artifact.Image) registries.known(Set.of(order("both"))).values().iterator().next();
    assertThat(image.digest()).as("that of the index").isEqualTo(TWO);
  }

  @Test
  void noImageIsRefusedWhenThePlatformsOfNodesOrOfItselfAreUnknown() throws Exception {
    push("arm", ONE, "linux/arm64");
    push("any", TWO, "/");
    assertThat(resolve(order("any"))).isInstanceOf(Outcome.Done.class);
    nodes = Set.of();
    assertThat(resolve(order("arm"))).isInstanceOf(Outcome.Done.class);
  }

  /// Else the version before would serve on, and nobody would know why.
  @Test
  void aTagThatMovedToAnotherPlatformIsTakenAndTheClusterSaysIt() throws Exception {
    push("PR-1", ONE, "linux/amd64");
    assertThat(resolve(order("PR-1"))).isInstanceOf(Outcome.Done.class);
    push("PR-1", TWO, "linux/arm64");
    registries = open();
    assertThat(resolve(order("PR-1"))).isInstanceOf(Outcome.Done.class);
    assertThat(moves).hasValue(1);
  }

  @Test
  void aRegistryThatSaysNoDigestIsAskedForTheManifestItself() throws Exception {
    push("PR-1", ONE, "linux/amd64");
    saysNoDigest = true;
    nodes = Set.of();
    assertThat(resolve(order("PR-1"))).isInstanceOf(Outcome.Done.class);
    var image = (Artifact.Image) registries.known(Set.of(order("PR-1"))).values().iterator().next();
    assertThat(image.digest()).isEqualTo("sha256:" + sha(manifests.getOrDefault(ONE, "")));
  }

  private static String sha(String text) throws NoSuchAlgorithmException {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
  }
}
