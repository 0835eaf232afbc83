package run.ephemeral.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class LiveTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  private Live live(boolean terminal) {
    var stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    return new Live(new Screen(stream, terminal, terminal));
  }

  private String said() {
    return bytes.toString(StandardCharsets.UTF_8).replace("\u001b", "^");
  }

  @Test
  void linesBelowAreDrawnOverAndTakenAwayAtTheEnd() {
    try (var live = live(true)) {
      live.below(List.of("a", "b"));
      live.below(List.of("c"));
    }
    assertThat(said()).isEqualTo("^[J^[?7la\nb\n^[?7h^[2A\r^[J^[?7lc\n^[?7h^[1A\r^[J");
  }

  @Test
  void aLineThatStaysIsPrintedAboveThem() {
    try (var live = live(true)) {
      live.below(List.of("a"));
      live.line("stays");
    }
    assertThat(said()).isEqualTo("^[J^[?7la\n^[?7h^[1A\r^[Jstays\n^[J^[?7la\n^[?7h^[1A\r^[J");
  }

  @Test
  void whereNobodyWatchesOnlyLinesThatStayArePrinted() {
    try (var live = live(false)) {
      live.below(List.of("a"));
      live.line("stays");
    }
    assertThat(said()).isEqualTo("stays\n");
  }
}
