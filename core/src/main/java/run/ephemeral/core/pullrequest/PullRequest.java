package run.ephemeral.core.pullrequest;

/// A proposal to change an app.
public record PullRequest(PullRequestRef ref, Head head, Facts facts, Trust trust) {
  /// Whether its newest commit may run.
  public boolean isTrusted() {
    return trust.covers(head.commit());
  }

  public PullRequest with(Trust trust) {
    return new PullRequest(ref, head, facts, trust);
  }

  public int number() {
    return ref.number();
  }

  public String title() {
    return facts.title();
  }

  public String author() {
    return facts.author();
  }

  public String branch() {
    return head.branch();
  }

  public String commit() {
    return head.commit();
  }
}
