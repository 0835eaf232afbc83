package run.ephemeral.specfile;

import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.snakeyaml.engine.v2.nodes.Node;
import run.ephemeral.core.Digest;
import run.ephemeral.core.spec.AppSpec;
import run.ephemeral.core.spec.EngineKind;
import run.ephemeral.core.spec.SpecProblem;
import run.ephemeral.core.spec.SpecReader;
import run.ephemeral.core.spec.SpecRules;

/// Reads `ephemeral.yaml`: parses the text to a tree, binds the tree to records, and checks the
/// rules. Every problem has a line and column.
///
/// Texts come from strangers, so each stage is bounded before it begins. Does not access the file
/// system: whether a `path` exists is checked by the code that has the commit's tree.
///
/// Stateless and thread-safe.
public final class YamlSpecReader implements SpecReader {
  private final Supplier<Set<EngineKind>> engines;

  /// @param engines the kinds of engine on which environments can run now
  public YamlSpecReader(Supplier<Set<EngineKind>> engines) {
    this.engines = engines;
  }

  @Override
  public Reading read(String text) {
    return switch (YamlText.of(text)) {
      case YamlText.Unreadable(var problem) -> new Reading.Rejected(List.of(problem));
      case YamlText.Tree(var root) -> read(text, root);
    };
  }

  private Reading read(String text, Node root) {
    var engines = this.engines.get();
    var binder = new Binder(!engines.contains(EngineKind.KUBERNETES));
    var problems = binder.problems();
    if (binder.bind(Shape.FILE, root, Location.root(root)) instanceof AppSpec spec
        && problems.isEmpty()) {
      SpecRules.check(spec, engines).forEach(problem -> problems.add(placed(problem, root)));
      if (problems.isEmpty()) {
        return new Reading.Accepted(spec, Digest.of(text), binder.notes().inOrder());
      }
    }
    return new Reading.Rejected(problems.inOrder());
  }

  private static SpecProblem placed(SpecProblem problem, Node root) {
    return Problems.at(Location.find(root, problem.path()), problem.path(), problem.message());
  }
}
