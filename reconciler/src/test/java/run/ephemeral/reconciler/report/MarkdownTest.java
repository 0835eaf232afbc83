package run.ephemeral.reconciler.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/// Text of strangers in a comment of ours.
class MarkdownTest {
  private static void check(String untrusted, String written) {
    // The invisible break is written as ~ here.
    assertThat(Markdown.text(untrusted).replace("~", "\\~").replace('\u200b', '~'))
        .isEqualTo(written);
  }

  @Test
  void textMentionsNobodyAndLinksNowhere() {
    check("every service answers in 0.04 s", "every service answers in 0.04 s");
    check("ephemeral.yaml:4:5", "ephemeral.yaml:4:5");
    check("ask @ann or @acme/team", "ask @~ann or @~acme/team");
    check("fixes #1 and acme/shop!2", "fixes \\#~1 and acme/shop!~2");
    check("see https://evil.example", "see https:~//evil.example");
    check("www.evil.example.", "www~.evil.example.");
    check("[click](javascript:x)", "\\[click\\](javascript:x)");
    check("![](x)", "!~\\[\\](x)");
    check("<img src=x>", "\\<img src=x\\>");
    check("&lt;b&gt;", "\\&lt;b\\&gt;");
  }

  @Test
  void whatStandsBetweenBackticksIsCode() {
    check("a visit or `wake` starts it", "a visit or `wake` starts it");
    check("`<b>` and ` `", "`<b>` and ");
    check("one ` only", "one \\` only");
    check("`a``b`", "`a``b`");
    check("`@ann`", "`@ann`");
  }

  @Test
  void textStaysInItsLine() {
    check("one\n\n# two\r\n- three", "one \\# two - three");
    check("- one", "\\- one");
    check("*b* _i_", "\\*b\\* \\_i\\_");
    check("a\u202eb\u0000c\u001b[31mred\u001b[0m", "ab cred");
  }

  @Test
  void aCellEndsWhereItShould() {
    assertThat(Markdown.cell(Markdown.text("a | b"))).isEqualTo("a \\| b");
    assertThat(Markdown.cell(Markdown.code("a | b"))).isEqualTo("`a \\| b`");
  }

  @Test
  void codeHasAFenceThatItsTextCannotEnd() {
    assertThat(Markdown.code("main")).isEqualTo("`main`");
    assertThat(Markdown.code("a`b")).isEqualTo("``a`b``");
    assertThat(Markdown.code("``x`")).isEqualTo("``` ``x` ```");
    assertThat(Markdown.code("a|b\nc")).isEqualTo("`a|b c`");
    assertThat(Markdown.code(" ")).isEmpty();
  }

  @Test
  void aBlockHasAFenceThatItsLinesCannotEnd() {
    assertThat(Markdown.block(List.of("a", "```", "</details>")))
        .isEqualTo("````\na\n```\n</details>\n````\n");
    assertThat(Markdown.block(List.of("\u001b[31mred\rX"))).isEqualTo("```\nred X\n```\n");
  }
}
