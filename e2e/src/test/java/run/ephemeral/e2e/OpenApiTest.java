package run.ephemeral.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import run.ephemeral.testkit.Plane;

/// The committed OpenAPI description equals the generated one.
class OpenApiTest {
  @Test
  void itHasNotDrifted() throws IOException {
    var built = Files.readString(Plane.ROOT.resolve("server/target/openapi/openapi.yaml"));
    Path committed = Plane.ROOT.resolve("docs/reference/openapi.yaml");
    if (Boolean.getBoolean("generate")) {
      Files.writeString(committed, built);
    }
    assertThat(Files.readString(committed)).as("run ./dev generate").isEqualTo(built);
  }
}
