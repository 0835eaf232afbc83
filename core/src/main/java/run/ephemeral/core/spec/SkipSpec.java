package run.ephemeral.core.spec;

import java.util.List;
import java.util.Optional;

/// Pull requests that get no environment.
public record SkipSpec(
    @Doc("Authors, by name, such as dependabot.") List<String> authors,
    @Doc(
            value = "Drafts.",
            unusedHere = "a plain git repository has no drafts, so `drafts` skips nothing here")
        Optional<Boolean> drafts,
    @Doc(
            value = "Labels.",
            unusedHere = "a plain git repository has no labels, so `labels` skips nothing here")
        Optional<List<String>> labels) {
  public SkipSpec {
    authors = List.copyOf(authors);
  }

  public SkipSpec(List<String> authors) {
    this(authors, Optional.empty(), Optional.empty());
  }
}
