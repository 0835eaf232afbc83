package run.ephemeral.server;

import static org.assertj.core.api.Assertions.assertThat;

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
