package run.ephemeral.core.spec;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// Pull requests that get no environment.
public record SkipSpec(
    @Doc("Authors, by name, such as dependabot.") List<String> authors,
    @Doc("Whether drafts get none. A plain git repository has no drafts.") Optional<Boolean> drafts,
    @Doc("Pull requests with one of these labels. A plain git repository has no labels.")
        Optional<List<String>> labels,
    @Doc(
            "Pull requests that change only files with these paths, such as docs/*; `*` stands for"
                + " any characters. Not known of forks, whose files are not read.")
        Optional<List<String>> paths) {
  public SkipSpec {
    authors = List.copyOf(authors);
  }

  public SkipSpec(List<String> authors) {
    this(authors, Optional.empty(), Optional.empty(), Optional.empty());
  }

  /// Whether all these paths are left out. None are no reason.
  public boolean leavesOut(Collection<String> changed) {
    var patterns = paths.orElse(List.of());
    return !changed.isEmpty()
        && changed.stream()
            .allMatch(path -> patterns.stream().anyMatch(it -> BranchPattern.matches(it, path)));
  }
}
