package run.ephemeral.cli.output;

import java.util.regex.Pattern;

/// Text from outside — titles, branch names, log lines — made safe for a terminal.
///
/// Otherwise a pull request's title could move the cursor, change the window's title or hide the
/// text before it.
public final class Plain {
  private static final Pattern SEQUENCE =
      Pattern.compile("\u001b(\\[[0-?]*[ -/]*[@-~]|\\][^\u0007\u001b]*(\u0007|\u001b\\\\)?|.)?");
  private static final Pattern COLOUR = Pattern.compile("\u001b\\[[0-9;]*m");

  private Plain() {}

  /// One line of printable characters only.
  public static String of(String text) {
    return printable(SEQUENCE.matcher(text).replaceAll(""), false);
  }

  /// A log line: its own colours are kept if the screen shows colours.
  public static String log(String text, Screen screen) {
    if (!screen.colour() || text.indexOf('\u001b') < 0) {
      return of(text);
    }
    var kept =
        SEQUENCE
            .matcher(text)
            .replaceAll(found -> COLOUR.matcher(found.group()).matches() ? "$0" : "");
    return printable(kept, true) + "\u001b[0m";
  }

  private static String printable(String text, boolean escapes) {
    var clean = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              if (c == '\t' || c == '\n') {
                clean.append(' ');
              } else if (c == '\u001b' ? escapes : !Character.isISOControl(c) && !bidi(c)) {
                clean.appendCodePoint(c);
              }
            });
    return clean.toString();
  }

  /// Bidirectional control characters, which reorder the text around them.
  private static boolean bidi(int c) {
    return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
  }

  /// Width in columns; colour sequences have none.
  static int width(String text) {
    return COLOUR.matcher(text).replaceAll("").codePoints().map(Plain::columns).sum();
  }

  /// Cuts a text that is wider than `most` columns and ends it with an ellipsis.
  static String cut(String text, int most) {
    if (text.length() <= most || width(text) <= most) {
      return text;
    }
    var kept = new StringBuilder();
    var colours = COLOUR.matcher(text);
    var used = 0;
    for (int i = 0; i < text.length(); ) {
      if (colours.find(i) && colours.start() == i) {
        kept.append(colours.group());
        i = colours.end();
        continue;
      }
      var c = text.codePointAt(i);
      used += columns(c);
      if (used > most - 1) {
        break;
      }
      kept.appendCodePoint(c);
      i += Character.charCount(c);
    }
    return kept.append('…').append(text.indexOf('\u001b') < 0 ? "" : "\u001b[0m").toString();
  }

  private static int columns(int c) {
    var type = Character.getType(c);
    if (type == Character.NON_SPACING_MARK || type == Character.FORMAT) {
      return 0;
    }
    var wide =
        (c >= 0x1100 && c <= 0x115F)
            || (c >= 0x2E80 && c <= 0xA4CF)
            || (c >= 0xAC00 && c <= 0xD7A3)
            || (c >= 0xF900 && c <= 0xFAFF)
            || (c >= 0xFE30 && c <= 0xFE6F)
            || (c >= 0xFF00 && c <= 0xFF60)
            || (c >= 0x1F300 && c <= 0x1FAFF)
            || (c >= 0x20000 && c <= 0x3FFFD);
    return wide ? 2 : 1;
  }
}
