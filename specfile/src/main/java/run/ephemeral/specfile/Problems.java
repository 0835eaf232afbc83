package run.ephemeral.specfile;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.snakeyaml.engine.v2.exceptions.Mark;
import run.ephemeral.core.spec.SpecProblem;

/// The problems found while reading, without duplicates, in the order of the file.
///
/// Bounded: people do not read that many problems, and pull request comments have a maximum length.
final class Problems {
  private static final int MOST = 100;
  private static final Comparator<SpecProblem> IN_ORDER_OF_THE_FILE =
      Comparator.comparingInt(SpecProblem::line).thenComparingInt(SpecProblem::column);

  private final List<SpecProblem> all = new ArrayList<>();
  private final Set<String> said = new HashSet<>();

  void add(Location place, String message) {
    add(at(place.mark(), place.path(), message));
  }

  void add(SpecProblem problem) {
    if (said.add(problem.toString())) {
      all.add(problem);
    }
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  List<SpecProblem> inOrder() {
    return all.stream().sorted(IN_ORDER_OF_THE_FILE).limit(MOST).toList();
  }

  static SpecProblem at(Mark mark, List<String> path, String message) {
    return new SpecProblem(path, mark.getLine() + 1, mark.getColumn() + 1, Shown.message(message));
  }
}
