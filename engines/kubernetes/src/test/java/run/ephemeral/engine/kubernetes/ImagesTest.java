package run.ephemeral.engine.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import run.ephemeral.core.cluster.ClusterSettings;
import run.ephemeral.core.release.Artifact;
import run.ephemeral.testkit.TestBed;

/// Images that nodes pull, or cannot pull. What a registry answers to the control plane before that
/// is in the tests of `artifacts`.
@Tag("long")
@EnabledIf("run.ephemeral.testkit.TestBed#isUp")
class ImagesTest {
  private static final String INDEX = "application/vnd.oci.image.index.v1+json";

  /// A registry of this machine, which is also the node's, answers what its path says.
  private static final String FOREIGN =
      """
      {"schemaVersion":2,"mediaType":"%s","manifests":[{"size":2,"digest":"sha256:%s",
      "mediaType":"application/vnd.oci.image.manifest.v1+json",
      "platform":{"os":"linux","architecture":"s390x"}}]}
      """
          .formatted(INDEX, "0".repeat(64));

  private final String installation = TestEngine.installation();
  private final String image = TestBed.REGISTRY + "/testbed/" + installation;
  private volatile String password = "secret";
  private TestEngine cluster;
  private TestNamespace place;

  @BeforeEach
  void open() throws Exception {
    var kubeconfig = Files.readString(TestBed.kubeconfig());
    cluster =
        new TestEngine(
            installation,
            kubeconfig,
            ClusterSettings.DEFAULT,
            TestEngine.NO_IMAGES,
            images -> Optional.of(config()));
    place = TestNamespace.of(cluster);
  }

  @AfterEach
  void erase() {
    cluster.close();
    TestEngine.erase(installation);
  }

  private String config() {
    var both = Base64.getEncoder().encodeToString(("acme:" + password).getBytes(UTF_8));
    return "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}".formatted(TestBed.CLOSED_REGISTRY, both);
  }

  private String page() {
    return place.kubectl("exec", "deploy/web", "--", "busybox", "wget", "-qO-", "localhost:8080");
  }

  @Test
  void aTagThatMovedChangesNothingThatRuns() throws Exception {
    TestBed.pushWeb(image + ":1", "first");
    var step = place.serve(TestEngine.web("web"), TestEngine.image(image, "1"));
    TestBed.pushWeb(image + ":1", "second");
    place.scale("web", false);
    place.scale("web", true);
    assertThat(place.await(step)).isEmpty();
    assertThat(page()).isEqualTo("first");
    place.serve(TestEngine.web("web"), TestEngine.image(image, "1"));
    assertThat(page()).isEqualTo("second");
  }

  /// As short-lived tokens do between sleep and wake.
  @Test
  void aWakeBringsTheNewestCredentials() throws Exception {
    var name = TestBed.CLOSED_REGISTRY + "/testbed/" + installation;
    TestBed.pushWeb("acme:secret@" + name + ":1", "closed " + installation);
    TestBed.pushWeb(image + ":1", "closed " + installation);
    var digest = TestEngine.image(image, "1").digest();
    password = "expired";
    var step = place.apply(TestEngine.web("web"), new Artifact.Image(name, "1", digest));
    place.says(
        "web",
        ("its image %s@%s… cannot be pulled: pulling from host %s failed with status code: 401"
                + " Unauthorized; the credentials for %s have expired or may not read it, see"
                + " `docker login`")
            .formatted(
                name, digest.substring(0, 19), TestBed.CLOSED_REGISTRY, TestBed.CLOSED_REGISTRY));
    place.scale("web", false);
    password = "secret";
    place.scale("web", true);
    assertThat(place.await(step)).isEmpty();
    assertThat(page()).isEqualTo("closed " + installation);
  }

  @Test
  void everyAnswerOfARegistryToTheNodeHasItsSentence() throws Exception {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", ImagesTest::answer);
    server.start();
    try {
      var host = "localhost:" + server.getAddress().getPort();
      for (var service : new String[] {"s403", "s404", "s429", "s500", "foreign"}) {
        var found = new Artifact.Image(host + "/" + service, "1", digest());
        place.apply(TestEngine.web(service), found);
      }
      says(
          "foreign",
          "no match for platform in manifest: not found; it has to be built for the platform of"
              + " the cluster's nodes, too",
          host);
      says("s404", "not found; if it was deleted from the registry, push it again", host);
      says(
          "s403",
          ".*403 Forbidden; the credentials for HOST have expired or may not read it, see"
              + " `docker login`",
          host);
      says("s429", ".*429; HOST limits how often it is asked, the node tries again", host);
      says("s500", ".*500 Internal Server Error", host);
    } finally {
      server.stop(0);
    }
  }

  private void says(String service, String why, String host) {
    var name = host + "/" + service + "@" + digest().substring(0, 19) + "…";
    place.says(
        service, "its image %s cannot be pulled: %s".formatted(name, why.replace("HOST", host)));
  }

  private static String digest() {
    try {
      var sum = MessageDigest.getInstance("SHA-256").digest(FOREIGN.getBytes(UTF_8));
      return "sha256:" + HexFormat.of().formatHex(sum);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      var name = exchange.getRequestURI().getPath().replaceFirst("/v2/([^/]*)/.*", "$1");
      if (name.matches("s[0-9]+")) {
        exchange.sendResponseHeaders(Integer.parseInt(name.substring(1)), -1);
        return;
      }
      var body = FOREIGN.getBytes(UTF_8);
      exchange.getResponseHeaders().set("Content-Type", INDEX);
      exchange.getResponseHeaders().set("Docker-Content-Digest", digest());
      if (exchange.getRequestMethod().equals("HEAD")) {
        exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
        exchange.sendResponseHeaders(200, -1);
      } else {
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
      }
    }
  }
}
