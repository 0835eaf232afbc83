package run.ephemeral.core.spec;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/// The valid word that a misspelt one most likely stands for.
public final class Nearest {
  private Nearest() {}

  /// " Did you mean `x`?", or an empty text when no word is close enough.
  public static String hint(String wrong, Collection<String> right) {
    return to(wrong, right).map(word -> " Did you mean `" + word + "`?").orElse("");
  }

  static Optional<String> to(String wrong, Collection<String> right) {
    var reach = Math.max(1, Math.min(3, wrong.length() / 2));
    return right.stream()
        .filter(word -> Math.abs(word.length() - wrong.length()) <= reach)
        .min(Comparator.comparingInt(word -> distance(wrong, word)))
        .filter(word -> distance(wrong, word) <= reach);
  }

  private static int distance(String a, String b) {
    var previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      var current = new int[b.length() + 1];
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        var change = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(change, 1 + Math.min(previous[j], current[j - 1]));
      }
      previous = current;
    }
    return previous[b.length()];
  }
}
