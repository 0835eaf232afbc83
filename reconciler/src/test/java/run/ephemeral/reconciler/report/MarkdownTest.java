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
    check("every service answers", "every service answers");
    check("ask @ann or @acme/team", "ask @~ann or @~acme/team");
    check("fixes #1 and acme/shop!2", "fixes \\#~1 and acme/shop!~2");
    check("see https://evil.example", "see https:~//evil.~example");
    check("www.evil.example.", "www.~evil.~example.");
    check("[click](javascript:x)", "\\[click\\](javascript:~x)");
    check("![](x)", "!~\\[\\](x)");
    check("<img src=x>", "\\<img src=x\\>");
    check("&lt;b&gt;", "\\&lt;b\\&gt;");
  }

  @Test
  void textStaysInItsLineAndCell() {
    check("a | b", "a \\| b");
    check("one\n\n# two\r\n- three", "one \\# two - three");
    check("- one", "\\- one");
    check("`code` *b* _i_ ~s~", "\\`code\\` \\*b\\* \\_i\\_ \\\\~s\\\\~");
    check("a\u202eb\u0000c", "a b c");
  }

  @Test
  void codeHasAFenceThatItsTextCannotEnd() {
    assertThat(Markdown.code("main")).isEqualTo("`main`");
    assertThat(Markdown.code("a`b")).isEqualTo("``a`b``");
    assertThat(Markdown.code("``x`")).isEqualTo("``` ``x` ```");
    assertThat(Markdown.code("a|b\nc")).isEqualTo("`a\u00a6b c`");
    assertThat(Markdown.code(" ")).isEmpty();
  }

  @Test
  void aBlockHasAFenceThatItsLinesCannotEnd() {
    assertThat(Markdown.block(List.of("a", "```", "</details>")))
        .isEqualTo("````\na\n```\n</details>\n````\n");
    assertThat(Markdown.block(List.of("\u001b[31mred\rX"))).isEqualTo("```\n [31mred X\n```\n");
  }
}
