package run.ephemeral.core.spec;

import java.util.Map;
import java.util.regex.Pattern;

/// An amount in Kubernetes' notation, such as `250m`, `1.5`, `256Mi` or `1e3`.
public final class Quantity {
  private static final Pattern FORM =
      Pattern.compile("([0-9]{1,18}(?:\\.[0-9]{0,18})?(?:[eE][+-]?[0-9]{1,3})?)([a-zA-Z]{0,2})");
  private static final Map<String, Double> UNITS =
      Map.ofEntries(
          Map.entry("", 1.0),
          Map.entry("n", 1e-9),
          Map.entry("u", 1e-6),
          Map.entry("m", 1e-3),
          Map.entry("k", 1e3),
          Map.entry("M", 1e6),
          Map.entry("G", 1e9),
          Map.entry("T", 1e12),
          Map.entry("P", 1e15),
          Map.entry("E", 1e18),
          Map.entry("Ki", 0x1p10),
          Map.entry("Mi", 0x1p20),
          Map.entry("Gi", 0x1p30),
          Map.entry("Ti", 0x1p40),
          Map.entry("Pi", 0x1p50),
          Map.entry("Ei", 0x1p60));

  private Quantity() {}

  /// @throws IllegalArgumentException when it is no amount
  public static double parse(String text) {
    var parts = FORM.matcher(text);
    var unit = parts.matches() ? UNITS.get(parts.group(2)) : null;
    if (unit == null) {
      throw new IllegalArgumentException("`%s` is no amount, such as 250m or 1Gi".formatted(text));
    }
    return Double.parseDouble(parts.group(1)) * unit;
  }
}
