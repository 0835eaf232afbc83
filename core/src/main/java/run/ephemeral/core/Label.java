package run.ephemeral.core;

import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;

/// The only way to turn a name chosen by somebody else into a DNS label.
///
/// The result has lower-case letters, digits and single dashes, begins with a letter, ends with a
/// letter or digit, and is at most `longest` characters. A name that already is such a label stays
/// unchanged, unless it looks as if it ended with a digest. Any other name ends with a digest of
/// the original, so that different names give different labels.
public final class Label {
  private static final Pattern FORM = Pattern.compile("[a-z]([a-z0-9]|-(?=[a-z0-9]))*");

  private static final int DIGEST = 10;

  private Label() {}

  public static String of(String name, int longest) {
    if (longest < 2 * DIGEST) {
      throw new IllegalArgumentException("a label needs room for its digest: " + longest);
    }
    if (fits(name, longest) && !name.matches(".*-[0-9a-f]{%d}".formatted(DIGEST))) {
      return name;
    }
    var plain =
        Normalizer.normalize(name, Normalizer.Form.NFKD)
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9]+", "-")
            .replaceAll("^[-0-9]+|-+$", "");
    var head = plain.substring(0, Math.min(plain.length(), longest - DIGEST - 1));
    var stem = head.isEmpty() ? "x" : head.replaceAll("-+$", "");
    return stem + "-" + Digest.of(name).hex().substring(0, DIGEST);
  }

  /// Whether the name is a label already.
  public static boolean fits(String name, int longest) {
    return name.length() <= longest && FORM.matcher(name).matches();
  }
}
