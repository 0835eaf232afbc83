package run.ephemeral.bench;

import java.util.Arrays;
import java.util.Locale;

/// Several measurements of one quantity. Quote the median; the spread shows its reliability.
final class Figures {
  private final double[] sorted;

  Figures(double[] measured) {
    if (measured.length == 0) {
      throw new IllegalArgumentException("nothing was measured");
    }
    sorted = measured.clone();
    Arrays.sort(sorted);
  }

  double median() {
    var middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /// The value that a share of all measurements does not exceed.
  ///
  /// @param share such as 0.99
  double percentile(double share) {
    var index = (int) Math.ceil(share * sorted.length) - 1;
    return sorted[Math.clamp(index, 0, sorted.length - 1)];
  }

  double least() {
    return sorted[0];
  }

  double most() {
    return sorted[sorted.length - 1];
  }

  int count() {
    return sorted.length;
  }

  String in(String unit) {
    return String.format(
        Locale.ROOT,
        "median %s %s, spread %s to %s, %d runs",
        number(median()),
        unit,
        number(least()),
        number(most()),
        count());
  }

  /// Formats with three significant digits.
  static String number(double value) {
    var size = Math.abs(value);
    var pattern = size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f";
    return String.format(Locale.ROOT, pattern, value);
  }
}
