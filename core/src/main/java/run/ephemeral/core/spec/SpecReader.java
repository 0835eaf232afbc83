package run.ephemeral.core.spec;

import java.util.List;
import run.ephemeral.core.Digest;

/// Port: parses the text of an `ephemeral.yaml`. Total: never throws for any text.
public interface SpecReader {
  Reading read(String text);

  /// The result.
  sealed interface Reading {
    /// @param notes about keys that are accepted but deserve a remark
    record Accepted(AppSpec spec, Digest digest, List<SpecProblem> notes) implements Reading {}

    /// @param problems at least one, in order of the file
    record Rejected(List<SpecProblem> problems) implements Reading {}
  }
}
