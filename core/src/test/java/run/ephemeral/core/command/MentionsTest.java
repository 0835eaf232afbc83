package run.ephemeral.core.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MentionsTest {
  private static void check(String comment, String... commands) {
    assertThat(Mentions.in(comment, "runbot")).as(comment).containsExactly(commands);
  }

  @Test
  void aLineThatBeginsWithTheNameIsACommand() {
    check("@runbot sleep", "sleep");
    check("  @RunBot  extend 2d  ", "extend 2d");
    check("@runbot: sleep", "sleep");
    check("@runbot, wake", "wake");
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
  }

  @Test
  void aLongCommentIsReadToALimit() {
    assertThat(Mentions.in("x\n".repeat(40_000) + "@runbot destroy", "runbot")).isEmpty();
    assertThat(Mentions.in("@runbot " + "x".repeat(1000), "runbot").getFirst()).hasSize(200);
  }

  @Test
  void theNameIsNoPattern() {
    assertThat(Mentions.in("@axb sleep", "a.b")).isEmpty();
    assertThat(Mentions.in("@a.b sleep", "a.b")).containsExactly("sleep");
  }
}
