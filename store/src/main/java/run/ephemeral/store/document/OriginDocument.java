package run.ephemeral.store.document;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import run.ephemeral.core.environment.Origin;

/// An [Origin] as it is stored.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
@JsonSubTypes({
  @JsonSubTypes.Type(value = OriginDocument.OfPullRequests.class, name = "pull requests"),
  @JsonSubTypes.Type(value = OriginDocument.OfWorkingTree.class, name = "working tree"),
  @JsonSubTypes.Type(value = OriginDocument.Unknown.class, name = "unknown")
})
sealed interface OriginDocument {
  Origin origin();

  record OfPullRequests(PullRequestDocument lead, List<PullRequestDocument> linked)
      implements OriginDocument {
    @Override
    public Origin origin() {
      return new Origin.OfPullRequests(
          lead.pullRequest(), linked.stream().map(PullRequestDocument::pullRequest).toList());
    }
  }

  record OfWorkingTree(String directory, String branch, String title, String author)
      implements OriginDocument {
    @Override
    public Origin origin() {
      return new Origin.OfWorkingTree(directory, branch, title, author);
    }
  }

  record Unknown() implements OriginDocument {
    @Override
    public Origin origin() {
      return new Origin.Unknown();
    }
  }

  static OriginDocument of(Origin origin) {
    return switch (origin) {
      case Origin.OfPullRequests(var lead, var linked) ->
          new OfPullRequests(
              PullRequestDocument.of(lead), linked.stream().map(PullRequestDocument::of).toList());
      case Origin.OfWorkingTree(var directory, var branch, var title, var author) ->
          new OfWorkingTree(directory, branch, title, author);
      case Origin.Unknown() -> new Unknown();
    };
  }
}
