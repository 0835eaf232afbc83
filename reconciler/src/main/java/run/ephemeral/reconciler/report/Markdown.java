package run.ephemeral.reconciler.report;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Writes untrusted text into Markdown: it is shown as it is, mentions nobody, links nowhere, and
/// stays in its line, cell or block.
public final class Markdown {
  /// What begins a construct of GitHub's or Gitea's Markdown within a line.
  private static final String SPECIAL = "\\`*_[]<>#~&$";

  /// What begins one at the beginning of a line only.
  private static final String LEADING = "+-=";

  /// Invisible; between it and the next letter there is no mention, reference or address.
  private static final String BREAK = "\u200b";

  private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");

  /// After these, and before a letter, [#BREAK] goes: a@b, #1, !1, http://x, www.x.
  private static final Pattern LINKING = Pattern.compile("(?i)(?:[@#!]|:(?=//)|\\bwww)(?=\\S)");

  private static final Pattern CONTROL =
      Pattern.compile("\\e\\[[0-?]*[ -/]*[@-~]|[\\u202a-\\u202e\\u2066-\\u2069]");

  private Markdown() {}

  /// A text in a paragraph or a heading. What stands between backticks is code, as in sentences of
  /// this program.
  public static String text(String untrusted) {
    var line = oneLine(untrusted);
    var written = new StringBuilder();
    var quoted = QUOTED.matcher(line);
    var end = 0;
    while (quoted.find()) {
      written.append(plain(line.substring(end, quoted.start()), end == 0));
      written.append(code(quoted.group(1)));
      end = quoted.end();
    }
    return written.append(plain(line.substring(end), end == 0)).toString();
  }

  private static String plain(String text, boolean isBeginning) {
    var escaped = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      var letter = text.charAt(i);
      var isLeading = isBeginning && i == 0 && LEADING.indexOf(letter) >= 0;
      escaped.append(SPECIAL.indexOf(letter) >= 0 || isLeading ? "\\" : "").append(letter);
    }
    return LINKING.matcher(escaped).replaceAll("$0" + BREAK);
  }

  /// What was written by this class, in a cell of a table.
  static String cell(String markdown) {
    return markdown.replace("|", "\\|");
  }

  /// A text in letters of equal width.
  public static String code(String untrusted) {
    var line = oneLine(untrusted);
    if (line.isBlank()) {
      return "";
    }
    var fence = "`".repeat(longestRun(line) + 1);
    var space = line.startsWith("`") || line.endsWith("`") ? " " : "";
    return fence + space + line + space + fence;
  }

  /// Lines in a block of their own.
  static String block(List<String> untrusted) {
    var lines =
        untrusted.stream()
            .map(line -> CONTROL.matcher(line).replaceAll(""))
            .map(line -> line.replaceAll("[\\p{Cc}&&[^\\t]]|[\\p{Cs}\u2028\u2029]", " "))
            .collect(Collectors.joining("\n"));
    var fence = "`".repeat(Math.max(3, longestRun(lines) + 1));
    return "%s\n%s\n%s\n".formatted(fence, lines, fence);
  }

  private static String oneLine(String untrusted) {
    var plain = CONTROL.matcher(untrusted).replaceAll("");
    return plain.replaceAll("[\\p{Cc}\\p{Cf}\\p{Cs}\u2028\u2029]+", " ").strip();
  }

  private static int longestRun(String text) {
    var longest = 0;
    var run = 0;
    for (int i = 0; i < text.length(); i++) {
      run = text.charAt(i) == '`' ? run + 1 : 0;
      longest = Math.max(longest, run);
    }
    return longest;
  }
}
