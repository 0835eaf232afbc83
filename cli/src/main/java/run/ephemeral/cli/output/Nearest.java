package run.ephemeral.cli.output;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/// Finds the known word that is most similar to a misspelled one.
public final class Nearest {
  private Nearest() {}

  /// ". Did you mean `x`?", or an empty text when no word is similar.
  public static String hint(String wrong, Collection<String> right) {
    return to(wrong, right).map(". Did you mean `%s`?"::formatted).orElse("");
  }

  /// The most similar word within the maximum distance.
  private static Optional<String> to(String wrong, Collection<String> right) {
    var reach = Math.max(1, Math.min(4, wrong.length() / 2));
    return right.stream()
        .min(Comparator.comparingInt(word -> distance(wrong, word)))
        .filter(word -> distance(wrong, word) <= reach);
  }

  /// Damerau-Levenshtein distance: letters to change, insert, delete or swap with the next.
  private static int distance(String a, String b) {
    var table = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        table[i][j] = i == 0 || j == 0 ? i + j : step(a, b, i, j, table);
      }
    }
    return table[a.length()][b.length()];
  }

  private static int step(String a, String b, int i, int j, int[][] table) {
    var change = table[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
    var least = Math.min(change, 1 + Math.min(table[i - 1][j], table[i][j - 1]));
    var swapped =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(least, table[i - 2][j - 2] + 1) : least;
  }
}
