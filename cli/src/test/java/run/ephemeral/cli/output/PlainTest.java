package run.ephemeral.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PlainTest {
  private static void check(String text, String expected) {
    assertThat(Plain.of(text)).isEqualTo(expected);
  }

  private static Screen screen(boolean colour) {
    var nowhere = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    return new Screen(nowhere, colour, colour);
  }

  @Test
  void nothingThatMovesACursorGetsThrough() {
    check("plain ünïcode ✓", "plain ünïcode ✓");
    check("\u001b[2J\u001b[1;31mred\u001b[0m", "red");
    check("\u001b]0;title\u0007after", "after");
    check("\u001b]8;;http://evil\u001b\\link", "link");
    check("a\rb\bc\u0000d\u009b2J", "abcd2J");
    check("two\nlines\tand", "two lines and");
    check("abc\u202efdp.exe", "abcfdp.exe");
    check("\u001b", "");
  }

  @Test
  void aLogKeepsItsColoursWhereColoursAreShown() {
    var line = "\u001b[32mok\u001b[0m \u001b[2Jgone";
    assertThat(Plain.log(line, screen(true))).isEqualTo("\u001b[32mok\u001b[0m gone\u001b[0m");
    assertThat(Plain.log(line, screen(false))).isEqualTo("ok gone");
  }
}
