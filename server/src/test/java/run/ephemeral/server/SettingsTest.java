package run.ephemeral.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tests how the address to listen on is parsed.
class SettingsTest {
  @TempDir private Path home;

  private void check(String listen, String host, String... names) {
    var properties = new Properties();
    properties.setProperty("ephemeral.listen", listen);
    properties.setProperty("ephemeral.gateway.port", "0");
    var settings = Settings.of(home, properties, Map.of());
    assertThat(settings.host()).as(listen).isEqualTo(host);
    var expected = new HashSet<>(List.of(names));
    expected.addAll(List.of("localhost", "127.0.0.1", "[::1]"));
    assertThat(settings.localNames()).as(listen).isEqualTo(expected);
  }

  private void refused(int code, String listen, String gateway, String says) {
    var properties = new Properties();
    properties.setProperty("ephemeral.listen", listen);
    properties.setProperty("ephemeral.gateway.port", gateway);
    var fault =
        catchThrowableOfType(StartFault.class, () -> Settings.of(home, properties, Map.of()));
    assertThat(fault).hasMessageContaining(says);
    assertThat(fault.exit()).as(listen).isEqualTo(code);
  }

  @Test
  void whatMakesNoSenseEndsAsAWrongCommandLineDoesAndATakenPortAsARefusal() throws IOException {
    refused(2, "no.such.host.invalid:0", "0", "is not an address of this machine");
    refused(2, "127.0.0.1:99999", "0", "`99999` is not a port");
    refused(2, "127.0.0.1:x", "0", "`x` is not a port");
    refused(2, "127.0.0.1:0", "70000", "`70000` is not a port");
    refused(2, "0.0.0.0:0", "0", "can be reached by others");
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      refused(5, "127.0.0.1:" + taken.getLocalPort(), "0", "is taken by another program");
    }
  }

  @Test
  void anAddressMayHaveAPortAndBrackets() {
    check("127.0.0.2:0", "127.0.0.2", "127.0.0.2");
    check("127.0.0.2", "127.0.0.2", "127.0.0.2");
    check(":0", "127.0.0.1");
    check("[::1]:0", "::1", "[0:0:0:0:0:0:0:1]");
    check("[::1]", "::1", "[0:0:0:0:0:0:0:1]");
    check("::1", "::1", "[0:0:0:0:0:0:0:1]");
    check("LocalHost:0", "LocalHost");
  }
}
