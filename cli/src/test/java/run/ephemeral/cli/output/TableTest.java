package run.ephemeral.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TableTest {
  private static Screen screen(boolean colour) {
    var nowhere = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    return new Screen(nowhere, colour, colour);
  }

  @Test
  void columnsAreAsWideAsTheirWidestCell() {
    assertThat(new Table("A", "LONG", "C").row("wide one", "x", "y").lines(screen(false)))
        .containsExactly("A         LONG  C", "wide one  x     y");
  }

  @Test
  void theLastCellOfAShortRowRunsOn() {
    var table = new Table("A", "B", "C").row("1", "2", "3").row("1", "a long explanation");
    assertThat(table.lines(screen(false)))
        .containsExactly("A  B  C", "1  2  3", "1  a long explanation");
  }

  @Test
  void coloursAndWideLettersDoNotDisturbTheColumns() {
    var screen = screen(true);
    var table = new Table("A", "B").row(screen.green("ready"), "x").row("日本", "y");
    assertThat(table.lines(screen).stream().map(Plain::of))
        .containsExactly("A      B", "ready  x", "日本   y");
  }
}
