package run.ephemeral.cli.output;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/// The right word that somebody most likely meant.
public final class Nearest {
  private Nearest() {}

  /// The nearest of the words, if one is near at all.
  public static Optional<String> to(String wrong, Collection<String> right) {
    var reach = Math.max(1, Math.min(4, wrong.length() / 2));
    return right.stream()
        .min(Comparator.comparingInt(word -> distance(wrong, word)))
        .filter(word -> distance(wrong, word) <= reach);
  }

  private static int distance(String a, String b) {
    var row = new int[b.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      var diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        var change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
