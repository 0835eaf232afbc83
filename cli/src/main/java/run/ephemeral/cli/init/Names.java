package run.ephemeral.cli.init;

import java.util.Locale;

/// Makes names that are valid in an `ephemeral.yaml`.
public final class Names {
  private static final int LONGEST_APP = 30;
  private static final int LONGEST_PART = 20;

  private Names() {}

  public static String app(String text) {
    return label(text, LONGEST_APP, "app");
  }

  static String part(String text) {
    return label(text, LONGEST_PART, "web");
  }

  private static String label(String text, int longest, String otherwise) {
    var plain = text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    var begun = plain.replaceAll("^[-0-9]+", "");
    var cut = begun.substring(0, Math.min(begun.length(), longest)).replaceAll("-+$", "");
    return cut.isEmpty() ? otherwise : cut;
  }
}
