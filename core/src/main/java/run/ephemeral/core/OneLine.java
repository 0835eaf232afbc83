package run.ephemeral.core;

/// Untrusted text as one line of bounded length, without characters that control a terminal or end
/// a C string. Otherwise the text stays untrusted.
public final class OneLine {
  private static final int LONGEST = 200;

  private OneLine() {}

  public static String of(String text) {
    var plain = text.replaceAll("[\\p{Cc}\\p{Cs}\u2028\u2029]+", " ").strip();
    return plain.codePointCount(0, plain.length()) > LONGEST
        ? plain.substring(0, plain.offsetByCodePoints(0, LONGEST))
        : plain;
  }
}
