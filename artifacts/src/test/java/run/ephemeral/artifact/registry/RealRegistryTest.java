package run.ephemeral.artifact.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.artifact.registry.Registry.Answer;
import run.ephemeral.testkit.TestBed;

/// The distribution registry of the test bed.
@EnabledIf("run.ephemeral.testkit.TestBed#isUp")
class RealRegistryTest {
  private final String path = "/testbed/r" + Long.toString(System.nanoTime(), 36);

  @TempDir Path folder;
  private Path config;
  private Registry registry;

  @BeforeEach
  void open() {
    config = folder.resolve("config.json");
    var plain = Set.of(TestBed.REGISTRY, TestBed.CLOSED_REGISTRY);
    registry = new Registry(new Credentials(config), plain);
  }

  private Answer find(String host, String tag) throws InterruptedException {
    return registry.find(ImageName.parse(host + path), tag);
  }

  private void login(String password) throws Exception {
    var auth = Base64.getEncoder().encodeToString(("acme:" + password).getBytes(UTF_8));
    var text = "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}".formatted(TestBed.CLOSED_REGISTRY, auth);
    Files.writeString(config, text);
  }

  @Test
  void aTagIsFoundMovesAndIsDeleted() throws Exception {
    assertThat(find(TestBed.REGISTRY, "1")).isInstanceOf(Answer.Missing.class);
    TestBed.pushWeb(TestBed.REGISTRY + path + ":1", "first");
    var first = (Answer.Found) find(TestBed.REGISTRY, "1");
    TestBed.pushWeb(TestBed.REGISTRY + path + ":1", "second");
    var second = (Answer.Found) find(TestBed.REGISTRY, "1");
    assertThat(second.digest()).isNotEqualTo(first.digest());
    assertThat(second.isIndex()).isFalse();
    var uri = "http://%s/v2%s/manifests/%s".formatted(TestBed.REGISTRY, path, second.digest());
    try (var http = HttpClient.newHttpClient()) {
      var delete = HttpRequest.newBuilder(URI.create(uri)).DELETE().build();
      assertThat(http.send(delete, BodyHandlers.discarding()).statusCode()).isEqualTo(202);
    }
    assertThat(find(TestBed.REGISTRY, "1")).isInstanceOf(Answer.Missing.class);
  }

  @Test
  void aClosedRegistryLetsInByTheNewestSignIn() throws Exception {
    TestBed.pushWeb("acme:secret@" + TestBed.CLOSED_REGISTRY + path + ":1", "closed");
    assertThat(find(TestBed.CLOSED_REGISTRY, "1")).isEqualTo(new Answer.Refused(false));
    login("wrong");
    assertThat(find(TestBed.CLOSED_REGISTRY, "1")).isEqualTo(new Answer.Refused(true));
    login("secret");
    assertThat(find(TestBed.CLOSED_REGISTRY, "1")).isInstanceOf(Answer.Found.class);
  }

  @Test
  void aRegistryWithoutTlsThatIsNotNamedSaysWhatToSet() throws Exception {
    registry = new Registry(new Credentials(config), Set.of());
    assertThat(find(TestBed.REGISTRY, "1"))
        .isEqualTo(
            new Answer.Away(
                "%s does not answer: it speaks HTTP without TLS; start the control plane with"
                        .formatted(TestBed.REGISTRY)
                    + " EPHEMERAL_PLAIN_REGISTRIES="
                    + TestBed.REGISTRY));
  }
}
