package run.ephemeral.reconciler.report;

import java.util.List;
import java.util.stream.Collectors;

/// Writes untrusted text into Markdown: it is shown as it is, mentions nobody, links nowhere, and
/// stays in its line, cell or block.
public final class Markdown {
  /// What begins a construct of GitHub's or Gitea's Markdown within a line.
  private static final String SPECIAL = "\\`*_[]<>#|~&$";

  /// What begins one at the beginning of a line only.
  private static final String LEADING = "+-=";

  /// Invisible; between it and the next letter there is no mention, reference or address.
  private static final String BREAK = "\u200b";

  private Markdown() {}

  /// A text in a paragraph, a heading or a cell of a table.
  public static String text(String untrusted) {
    var line = oneLine(untrusted);
    var escaped = new StringBuilder();
    for (int i = 0; i < line.length(); i++) {
      var letter = line.charAt(i);
      if (SPECIAL.indexOf(letter) >= 0 || (i == 0 && LEADING.indexOf(letter) >= 0)) {
        escaped.append('\\');
      }
      escaped.append(letter);
      // Mentions, references, emoji and addresses: a@b, #1, !1, :smile:, http://, www.
      if (letter == '@' || letter == '#' || letter == '!' || letter == ':' || letter == '.') {
        escaped.append(isBeforeWord(line, i) ? BREAK : "");
      }
    }
    return escaped.toString();
  }

  private static boolean isBeforeWord(String line, int at) {
    return at + 1 < line.length() && !Character.isWhitespace(line.charAt(at + 1));
  }

  /// A text in letters of equal width, also in a cell of a table.
  public static String code(String untrusted) {
    var line = oneLine(untrusted).replace("|", "\u00a6");
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
            .map(line -> line.replaceAll("[\\p{Cc}&&[^\\t]]|[\\p{Cs}\u2028\u2029]", " "))
            .collect(Collectors.joining("\n"));
    var fence = "`".repeat(Math.max(3, longestRun(lines) + 1));
    return "%s\n%s\n%s\n".formatted(fence, lines, fence);
  }

  private static String oneLine(String untrusted) {
    return untrusted.replaceAll("[\\p{Cc}\\p{Cf}\\p{Cs}\u2028\u2029]+", " ").strip();
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
