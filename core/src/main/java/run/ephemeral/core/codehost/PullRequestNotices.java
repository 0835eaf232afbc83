package run.ephemeral.core.codehost;

import java.util.Optional;
import run.ephemeral.core.Digest;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.pullrequest.PullRequestRef;
import run.ephemeral.core.spec.AppName;

/// Port: the table of what pull requests without an environment were told, in one comment each.
public interface PullRequestNotices {
  /// Takes the telling of a text, for one process. Strangers can cause texts, so there are few of
  /// them at a time, and the more often one pull request is told something the longer the next
  /// text waits. None is told while the environment is there, which is reported in its place.
  ///
  /// @param environment the name that one of the pull request has
  Begun begin(AppName app, PullRequestRef pullRequest, EnvironmentName environment, Digest text);

  /// A text that was begun is told. One that is not, within some minutes, may be begun again.
  ///
  /// @param comment its id at the code host
  void told(AppName app, PullRequestRef pullRequest, Digest text, String comment);

  /// What was told is not to be seen any more.
  void forget(AppName app, PullRequestRef pullRequest);

  /// The result of [#begin].
  sealed interface Begun {
    /// It is to be told.
    ///
    /// @param comment the id of the comment that was written before
    record Now(Optional<String> comment) implements Begun {}

    record Told() implements Begun {}

    /// Another process tells it, or it has to wait.
    record Later() implements Begun {}
  }
}
