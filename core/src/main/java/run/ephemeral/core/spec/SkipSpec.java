package run.ephemeral.core.spec;

import java.util.List;
import java.util.Optional;

/// Pull requests that get no environment.
public record SkipSpec(
    @Doc("Authors, by name, such as dependabot.") List<String> authors,
    @Doc("Whether drafts get none. A plain git repository has no drafts.") Optional<Boolean> drafts,
    @Doc("Pull requests with one of these labels. A plain git repository has no labels.")
        Optional<List<String>> labels) {
  public SkipSpec {
    authors = List.copyOf(authors);
  }

  public SkipSpec(List<String> authors) {
    this(authors, Optional.empty(), Optional.empty());
  }
}
