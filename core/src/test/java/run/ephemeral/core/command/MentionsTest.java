package run.ephemeral.core.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MentionsTest {
  private static void check(String comment, String... commands) {
    assertThat(Mentions.in(comment, List.of("runbot"))).as(comment).containsExactly(commands);
  }

  @Test
  void aLineThatBeginsWithTheNameIsACommand() {
    check("@runbot sleep", "sleep");
    check("  @RunBot  extend 2d  ", "extend 2d");
    check("@runbot: sleep", "sleep");
    check("@runbot, wake", "wake");
    check("@runbot\u00a0wake", "wake");
    check("/ephemeral restart api", "restart api");
    check("@runbot", "help");
    check("Good morning!\r\n@runbot wake\r\nand thanks\r\n@runbot status", "wake", "status");
  }

  @Test
  void aMentionElsewhereIsNone() {
    check("please, @runbot sleep");
    check("I wrote to @runbot");
    check("@runbots sleep");
    check("@runbot-2 sleep");
    check("@runbot/team sleep");
    check("@acme/runbot sleep");
    check("/ephemerals sleep");
    check("mail@runbot sleep");
    check("");
  }

  @Test
  void quotesAndCodeAndHiddenTextHaveNone() {
    check("> @runbot destroy");
    check("> > @runbot destroy\n\n@runbot wake", "wake");
    check("```\n@runbot destroy\n```\n@runbot wake", "wake");
    check("````md\n```\n@runbot destroy\n```\n````\n@runbot wake", "wake");
    check("~~~\n```\n@runbot destroy\n~~~\n@runbot wake", "wake");
    check("```\n@runbot destroy");
    check("    @runbot destroy");
    check("\t@runbot destroy");
    check("- @runbot destroy");
    check("| @runbot destroy |");
    check("`@runbot destroy`");
    check("<!-- @runbot destroy -->");
    check("<!--\n@runbot destroy\n-->\n@runbot wake", "wake");
    check("<pre>\n@runbot destroy\n</pre>\n@runbot wake", "wake");
    check("```\n    ```\n@runbot destroy\n```\n@runbot wake", "wake");
    check("```x``` is code\n@runbot wake", "wake");
    check("Use `<!--` here\n@runbot wake", "wake");
  }

  @Test
  void aCommandIsOneLineWithoutControlCharacters() {
    check("@runbot sl\u0000eep", "sl eep");
    check("@runbot \u001b[31msleep", "[31msleep");
  }

  @Test
  void aLongCommentIsReadToALimit() {
    assertThat(Mentions.in("x\n".repeat(40_000) + "@runbot destroy", List.of("runbot"))).isEmpty();
    assertThat(Mentions.in("@runbot " + "x".repeat(1000), List.of("runbot")).getFirst())
        .hasSize(200);
  }

  @Test
  void theNameIsNoPattern() {
    assertThat(Mentions.in("@axb sleep", List.of("a.b"))).isEmpty();
    assertThat(Mentions.in("@a.b sleep", List.of("x", "a.b"))).containsExactly("sleep");
  }
}
