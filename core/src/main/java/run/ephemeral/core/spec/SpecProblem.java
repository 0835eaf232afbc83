package run.ephemeral.core.spec;

import java.util.List;

/// An error or a note about one place of `ephemeral.yaml`.
///
/// @param path the keys that lead to the place
/// @param line from 1; 0 where only the path is known
/// @param column from 1
public record SpecProblem(List<String> path, int line, int column, String message) {
  public SpecProblem {
    path = List.copyOf(path);
  }

  /// A semantic problem. The reader of the file adds line and column of the path.
  public SpecProblem(List<String> path, String message) {
    this(path, 0, 0, message);
  }

  @Override
  public String toString() {
    return line == 0 ? message : "ephemeral.yaml:%d:%d: %s".formatted(line, column, message);
  }
}
