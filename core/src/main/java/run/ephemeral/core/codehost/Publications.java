package run.ephemeral.core.codehost;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import run.ephemeral.core.Digest;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.pullrequest.PullRequestRef;

/// Port: the table of what pull requests were told about environments. A row goes with its
/// environment.
public interface Publications {
  List<Publication> of(EnvironmentId environment);

  /// Replaces what is known for this pull request.
  ///
  /// @param lease under which it was published
  /// @return false, changing nothing, when the environment is gone or a newer lease was taken
  boolean record(EnvironmentId environment, long lease, Publication publication);

  /// Nobody knows any more what the pull request shows.
  void doubt(EnvironmentId environment);

  /// @param comment the id of the comment at the code host; empty while it is not known
  /// @param text the digest of the comment; empty while it is written
  /// @param statuses the digest of the statuses; empty while they are set, and when none could be
  /// @param deployment the digest of the deployment; empty as for statuses
  /// @param reminders the keys of those that were told, or are being told
  /// @param whole the digest of the report; empty while a part of it is not published
  record Publication(
      PullRequestRef pullRequest,
      Optional<String> comment,
      Optional<Digest> text,
      Optional<Digest> statuses,
      Optional<Digest> deployment,
      Optional<Digest> whole,
      Set<String> reminders,
      Instant at) {
    public Publication {
      reminders = Set.copyOf(reminders);
    }

    /// Of which nothing is known.
    public static Publication none(PullRequestRef pullRequest, Instant at) {
      var digest = Optional.<Digest>empty();
      return new Publication(
          pullRequest, Optional.empty(), digest, digest, digest, digest, Set.of(), at);
    }

    public Publication withComment(Optional<String> id, Optional<Digest> text) {
      return new Publication(pullRequest, id, text, statuses, deployment, whole, reminders, at);
    }

    public Publication withStatuses(Optional<Digest> statuses) {
      return new Publication(
          pullRequest, comment, text, statuses, deployment, whole, reminders, at);
    }

    public Publication withDeployment(Optional<Digest> deployment) {
      return new Publication(
          pullRequest, comment, text, statuses, deployment, whole, reminders, at);
    }

    public Publication reminding(String key) {
      var all = new HashSet<>(reminders);
      all.add(key);
      return new Publication(pullRequest, comment, text, statuses, deployment, whole, all, at);
    }

    public Publication withWhole(Optional<Digest> whole, Instant at) {
      return new Publication(
          pullRequest, comment, text, statuses, deployment, whole, reminders, at);
    }
  }
}
