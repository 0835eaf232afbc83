package run.ephemeral.cli.output;

/// How answers are printed.
public enum Format {
  /// For people.
  TABLE,
  /// For people with wide terminals.
  WIDE,
  /// For programs: the records of the API, unchanged.
  JSON,
  /// Like [#JSON], as YAML.
  YAML;

  public boolean forPrograms() {
    return this == JSON || this == YAML;
  }

  @Override
  public String toString() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
