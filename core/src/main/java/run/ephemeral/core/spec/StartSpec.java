package run.ephemeral.core.spec;

import java.util.List;
import java.util.Optional;

/// Which pull requests get an environment, and when it starts.
public record StartSpec(
    @Doc("`always`: at once. `command`: asleep until somebody asks or visits.") When when,
    @Doc(
            "Patterns of branch names, such as feature/*; one that begins with ! leaves out."
                + " Default: every branch but the default one.")
        List<String> branches,
    @Doc("Pull requests that get none.") SkipSpec skip,
    @Doc("Only pull requests with this label get one. A plain git repository has no labels.")
        Optional<String> label) {
  public enum When {
    ALWAYS,
    COMMAND
  }

  public static final StartSpec DEFAULT =
      new StartSpec(When.ALWAYS, List.of(), new SkipSpec(List.of()), Optional.empty());

  public StartSpec {
    branches = List.copyOf(branches);
  }

  /// Whether pull requests of this branch get an environment. The last pattern that matches
  /// decides.
  public boolean takes(String branch) {
    var taken = branches.stream().allMatch(pattern -> pattern.startsWith("!"));
    for (var pattern : branches) {
      var leavesOut = pattern.startsWith("!");
      if (BranchPattern.matches(leavesOut ? pattern.substring(1) : pattern, branch)) {
        taken = !leavesOut;
      }
    }
    return taken;
  }
}
