package run.ephemeral.store.document;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import run.ephemeral.core.environment.Origin;

/// An [Origin] as it is stored.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
@JsonSubTypes({
  @JsonSubTypes.Type(value = OriginDocument.OfPullRequest.class, name = "pull request"),
  @JsonSubTypes.Type(value = OriginDocument.OfWorkingTree.class, name = "working tree"),
  @JsonSubTypes.Type(value = OriginDocument.Unknown.class, name = "unknown")
})
sealed interface OriginDocument {
  Origin origin();

  record OfPullRequest(PullRequest pullRequest) implements OriginDocument {
    @Override
    public Origin origin() {
      return new Origin.OfPullRequest(
          new run.ephemeral.core.pullrequest.PullRequest(
              pullRequest.number(),
              pullRequest.title(),
              pullRequest.branch(),
              pullRequest.author(),
              pullRequest.commit()));
    }
  }

  record PullRequest(int number, String title, String branch, String author, String commit) {}

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
      case Origin.OfPullRequest(var it) ->
          new OfPullRequest(
              new PullRequest(it.number(), it.title(), it.branch(), it.author(), it.commit()));
      case Origin.OfWorkingTree(var directory, var branch, var title, var author) ->
          new OfWorkingTree(directory, branch, title, author);
      case Origin.Unknown() -> new Unknown();
    };
  }
}
