package run.ephemeral.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import run.ephemeral.gateway.GatewayConfig.Limits;

/// How the files that the process may open are shared out.
final class OpenFilesTest {
  @ParameterizedTest
  @ValueSource(longs = {512, 1024, 4096, 20_000, 65_536, 1_048_576})
  void allThatMayBeOpenAtOnceLeavesAFifthToTheControlPlane(long files) {
    long clients = OpenFiles.connections(files);
    long services = clients + OpenFiles.idle((int) clients);
    long listeners = files / 10;
    assertThat(clients + services + listeners).isLessThanOrEqualTo(files - files / 5);
  }

  @ParameterizedTest
  @CsvSource({
    "100,        10,    5",
    "1024,      286,  143",
    "20000,    5600, 2000",
    "524288,  20000, 2000",
    "9223372036854775807, 20000, 2000",
  })
  void oneEnvironmentGetsHalfAtMost(long files, int connections, int perEnvironment) {
    var limits = Limits.usual().within(files);
    assertThat(limits.connections()).isEqualTo(connections);
    assertThat(limits.perEnvironment()).isEqualTo(perEnvironment);
  }

  @Test
  void theProcessIsAsked() {
    assertThat(OpenFiles.most()).isPositive();
    assertThat(GatewayConfig.local(0).limits()).isEqualTo(Limits.usual().within(OpenFiles.most()));
  }
}
