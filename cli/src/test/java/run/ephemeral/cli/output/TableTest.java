package run.ephemeral.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
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
  void onATerminalNoLineIsLongerThanThat() {
    var table =
        new Table("NAME", "TITLE", "URL", "MINOR")
            .free("TITLE")
            .minor("MINOR")
            .row("a", "a title that is rather long", "http://a.localhost", "some")
            .row(List.of("b", "short", "a reason that runs on to the right"), List.of("below"));
    assertThat(table.lines(wide(48)))
        .containsExactly(
            "NAME  TITLE                   URL",
            "a     a title that is rathe…  http://a.localhost",
            "b     short                   a reason that run…",
            "below");
    assertThat(table.lines(wide(60)).getFirst()).endsWith("MINOR");
  }

  private static Screen wide(int columns) {
    var screen = screen(true);
    return new Screen(screen.stream(), true, false, () -> columns);
  }

  @Test
  void coloursAndWideLettersDoNotDisturbTheColumns() {
    var screen = screen(true);
    var table = new Table("A", "B").row(screen.green("ready"), "x").row("日本", "y");
    assertThat(table.lines(screen).stream().map(Plain::of))
        .containsExactly("A      B", "ready  x", "日本   y");
  }
}
