package run.ephemeral.core.spec;

import java.util.List;
import run.ephemeral.core.Digest;

/// Port: the text of an `ephemeral.yaml` to its meaning. Total: never throws for any text.
public interface SpecReader {
  Reading read(String text);

  /// The outcome.
  sealed interface Reading {
    /// @param notes accepted, but worth saying
    record Accepted(AppSpec spec, Digest digest, List<SpecProblem> notes) implements Reading {}

    /// @param problems at least one, in order of the file
    record Rejected(List<SpecProblem> problems) implements Reading {}
  }
}
