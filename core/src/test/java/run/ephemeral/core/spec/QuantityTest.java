package run.ephemeral.core.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantityTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "2, 2",
    "1.5, 1.5",
    "250m, 0.25",
    "1e3, 1000",
    "129E6, 129000000",
    "64k, 64000",
    "1Ki, 1024",
    "256Mi, 268435456",
    "1.5Gi, 1610612736",
    "2E, 2e18",
    "500u, 0.0005"
  })
  void isReadAsKubernetesWritesIt(String text, double amount) {
    assertThat(Quantity.parse(text)).isEqualTo(amount);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "Mi", "1 Gi", "1KiB", "1e", "0x10", "1mi"})
  void anythingElseIsRefused(String text) {
    assertThatThrownBy(() -> Quantity.parse(text)).hasMessageContaining("is no amount");
  }
}
