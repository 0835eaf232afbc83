package run.ephemeral.engine.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import run.ephemeral.engine.kubernetes.client.ApiServer;
import run.ephemeral.engine.kubernetes.client.Kubeconfig;
import run.ephemeral.testkit.TestBed;

/// The platforms that images need, of the test bed's node.
@EnabledIf("run.ephemeral.testkit.TestBed#isUp")
class NodePlatformsTest {
  private static Set<String> platforms(String kubeconfig, Map<String, String> selector) {
    try (var api = new ApiServer(Kubeconfig.read(kubeconfig, Optional.empty()))) {
      return new NodePlatforms(api, selector).all();
    }
  }

  @Test
  void theNodesThatEnvironmentsUseSayTheirs() throws Exception {
    var kubeconfig = Files.readString(TestBed.kubeconfig());
    var here = Map.of("kubernetes.io/hostname", "node1");
    assertThat(platforms(kubeconfig, here)).containsExactly("linux/amd64");
    assertThat(platforms(kubeconfig, Map.of("kubernetes.io/hostname", "none"))).isEmpty();
  }

  @Test
  void credentialsThatMayNotListNodesKnowNone() throws Exception {
    var token = TestBed.kubectl("-n", "default", "create", "token", "default").strip();
    var file = Files.readString(TestBed.kubeconfig());
    var weak = file.replaceAll("user: \\{[^}]*}", "user: {token: \"%s\"}".formatted(token));
    assertThat(platforms(weak, Map.of())).isEmpty();
  }
}
