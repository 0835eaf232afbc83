package run.ephemeral.artifact.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/// Names of images are read as Docker reads them.
class ImageNameTest {
  private static void check(String text, String whole, String api) {
    var name = ImageName.parse(text);
    assertThat(name).hasToString(whole);
    assertThat(name.api()).isEqualTo(api);
  }

  @Test
  void aNameWithoutARegistryIsOfDockerHub() {
    check("redis", "docker.io/library/redis", "registry-1.docker.io");
    check("acme/web", "docker.io/acme/web", "registry-1.docker.io");
    check("docker.io/redis", "docker.io/library/redis", "registry-1.docker.io");
    check("ghcr.io/acme/shop/web", "ghcr.io/acme/shop/web", "ghcr.io");
    check("localhost/web", "localhost/web", "localhost");
    check("registry:5000/web", "registry:5000/web", "registry:5000");
  }

  @Test
  void whatIsNoNameIsRefused() {
    for (var text :
        List.of("", "Web", "acme//web", "acme/web:1", "../x", "a b", "ghcr.io/", "x".repeat(300))) {
      assertThatThrownBy(() -> ImageName.parse(text))
          .as(text)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("is not the name of an image");
    }
  }
}
