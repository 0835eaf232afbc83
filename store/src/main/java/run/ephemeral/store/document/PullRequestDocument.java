package run.ephemeral.store.document;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import run.ephemeral.core.pullrequest.Facts;
import run.ephemeral.core.pullrequest.Head;
import run.ephemeral.core.pullrequest.PullRequest;
import run.ephemeral.core.pullrequest.PullRequestRef;
import run.ephemeral.core.pullrequest.RepositoryName;
import run.ephemeral.core.pullrequest.Trust;

/// A [PullRequest] as it is stored.
record PullRequestDocument(
    String host,
    String repository,
    int number,
    HeadDocument head,
    FactsDocument facts,
    TrustDocument trust) {
  record HeadDocument(String commit, String branch, Optional<String> base) {}

  record FactsDocument(String title, String author, List<String> labels, boolean draft) {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = TrustDocument.Own.class, name = "own"),
    @JsonSubTypes.Type(value = TrustDocument.Fork.class, name = "fork"),
    @JsonSubTypes.Type(value = TrustDocument.Approved.class, name = "approved")
  })
  sealed interface TrustDocument {
    record Own() implements TrustDocument {}

    record Fork(String owner) implements TrustDocument {}

    record Approved(String owner, String commit, String by) implements TrustDocument {}

    static TrustDocument of(Trust trust) {
      return switch (trust) {
        case Trust.Own() -> new Own();
        case Trust.Fork(var owner) -> new Fork(owner);
        case Trust.Approved(var owner, var commit, var by) -> new Approved(owner, commit, by);
      };
    }

    default Trust trust() {
      return switch (this) {
        case Own() -> new Trust.Own();
        case Fork(var owner) -> new Trust.Fork(owner);
        case Approved(var owner, var commit, var by) -> new Trust.Approved(owner, commit, by);
      };
    }
  }

  static PullRequestDocument of(PullRequest pullRequest) {
    var ref = pullRequest.ref();
    var head = pullRequest.head();
    var facts = pullRequest.facts();
    return new PullRequestDocument(
        ref.repository().host(),
        ref.repository().path(),
        ref.number(),
        new HeadDocument(head.commit(), head.branch(), head.base()),
        new FactsDocument(
            facts.title(),
            facts.author(),
            facts.labels().stream().sorted().toList(),
            facts.draft()),
        TrustDocument.of(pullRequest.trust()));
  }

  PullRequest pullRequest() {
    return new PullRequest(
        new PullRequestRef(new RepositoryName(host, repository), number),
        new Head(head.commit(), head.branch(), head.base()),
        new Facts(facts.title(), facts.author(), Set.copyOf(facts.labels()), facts.draft()),
        trust.trust());
  }
}
