package run.ephemeral.core.codehost;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import run.ephemeral.core.app.App;
import run.ephemeral.core.pullrequest.Head;
import run.ephemeral.core.pullrequest.PullRequestRef;
import run.ephemeral.core.pullrequest.RepositoryName;
import run.ephemeral.core.report.Deployment;
import run.ephemeral.core.report.Status;

/// Port: what is said at the pull requests of a code host. Every operation blocks, asks the host
/// once or a few times, and may be repeated.
///
/// All throw [run.ephemeral.core.FaultException]: EXTERNAL when the host does not answer, USER when
/// it refuses.
public interface Conversation {
  /// The name of the account of this program at the host.
  String self();

  /// Makes a pull request have exactly this comment with the marker. Edits the known comment, else
  /// one of ours that has the marker, else writes a new one. Comments of others never count.
  ///
  /// @param known the id that an earlier call returned
  /// @param marker a text that is part of `text` and of no other comment of ours there
  /// @return the id of the comment
  String comment(PullRequestRef pullRequest, Optional<String> known, String marker, String text);

  /// Writes one more comment.
  void answer(PullRequestRef pullRequest, String text);

  /// Sets a status of a commit; it replaces the one of the same name.
  void status(RepositoryName repository, String commit, Status status);

  /// Says where a commit runs, and that no other one runs under this name. Hosts without
  /// deployments do nothing.
  default void deployment(RepositoryName repository, String commit, Deployment deployment) {}

  /// Reacts to a comment; once, however often it is called.
  void react(PullRequestRef pullRequest, String comment, Reaction reaction);

  /// Comments at pull requests that were written or edited since a time, by the host's clock, in
  /// the order in which they were written. Those of this program are left out.
  Read comments(App app, Instant since);

  /// Reviews that approve a pull request and were not dismissed, of those of some pull requests
  /// that changed since a time, in the order in which they changed; of a few of them at a time. One
  /// whose reviews cannot be read is left out.
  ///
  /// @param some of one repository, not empty
  Approvals approvals(Set<PullRequestRef> some, Instant since);

  /// A page that shows all that a head changes as compared with its target branch.
  String comparison(RepositoryName repository, Head head);

  /// What a person may do in a repository.
  Access access(RepositoryName repository, String person);

  /// @param until up to when all were read, by the host's clock
  /// @param isAll whether no younger ones are left to be read
  record Read(List<Comment> comments, Instant until, boolean isAll) {
    public Read {
      comments = List.copyOf(comments);
    }
  }

  /// @param id unique at the host
  /// @param author the name of the author at the host
  /// @param edited whether it was changed after it was written
  record Comment(
      String id,
      PullRequestRef pullRequest,
      String author,
      String text,
      Instant at,
      boolean edited) {}

  /// @param until the last change that was read, when there are more
  record Approvals(List<Review> reviews, Optional<Instant> until) {
    public Approvals {
      reviews = List.copyOf(reviews);
    }
  }

  /// @param id unique among the reviews of the host
  /// @param commit the whole name of the commit that it is of, as the host says: the newest one
  ///     when a program sent none
  record Review(
      String id,
      PullRequestRef pullRequest,
      String author,
      String commit,
      String text,
      Instant at) {}

  /// Shown at a comment.
  enum Reaction {
    /// It was read.
    EYES,
    /// It was carried out.
    DONE
  }

  /// Each includes those before it.
  enum Access {
    NONE,
    READ,
    WRITE
  }
}
