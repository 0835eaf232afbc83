package run.ephemeral.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class EnvironmentsTest {
  private static final List<String> NAMES =
      List.of("pr-shop-1", "pr-shop-11", "pr-shop-2", "shop-local");

  private static void check(String part, String... expected) {
    assertThat(Environments.fitting(part, NAMES)).containsExactly(expected);
  }

  @Test
  void theEndOfANameBeginsAtADash() {
    check("1", "pr-shop-1");
    check("11", "pr-shop-11");
    check("shop-2", "pr-shop-2");
    check("local", "shop-local");
    check("hop-2");
  }

  @Test
  void theBeginningOfANameMayEndAnywhere() {
    check("shop", "shop-local");
    check("pr-shop-1", "pr-shop-1", "pr-shop-11");
    check("");
  }
}
