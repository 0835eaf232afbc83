package run.ephemeral.core.spec;

import java.util.List;

/// What is wrong, or worth knowing, at one place of `ephemeral.yaml`.
///
/// @param path the keys that lead there
/// @param line from 1; 0 where only the path is known
/// @param column from 1
public record SpecProblem(List<String> path, int line, int column, String message) {
  public SpecProblem {
    path = List.copyOf(path);
  }

  /// A problem of meaning: its reader knows where the path stands in the text.
  public SpecProblem(List<String> path, String message) {
    this(path, 0, 0, message);
  }

  @Override
  public String toString() {
    return line == 0 ? message : "ephemeral.yaml:%d:%d: %s".formatted(line, column, message);
  }
}
