package run.ephemeral.core.codehost;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.app.App;
import run.ephemeral.core.pullrequest.PullRequest;
import run.ephemeral.core.pullrequest.PullRequestRef;
import run.ephemeral.core.pullrequest.RepositoryName;

/// Port: the source of pull requests.
public interface CodeHost {
  /// Finds the repository that a person means, without asking the host.
  ///
  /// @param text such as a URL
  /// @return empty when it is none of this host
  Optional<Located> locate(String text);

  /// Asks the host for open pull requests, and fetches their commits into [Sources]: of forks, that
  /// of the target branch only. Blocks.
  ///
  /// Idempotent. The number of a pull request is never reused.
  ///
  /// @throws run.ephemeral.core.FaultException EXTERNAL when the host cannot be reached, USER when
  ///     the source is no repository or may not be read
  Seen look(App app);

  /// Whether anything may have changed since the last [#look], found out as cheaply as the host
  /// allows, and at the host's own pace: more frequent calls answer false without asking.
  boolean changed(App app);

  /// Has the host tell of changes at the repository of an app, as soon as they happen, where it
  /// can. Called often, and does something at its own pace. What goes wrong is logged: all is found
  /// by [#changed], too.
  default void subscribe(App app) {}

  /// Ends what [#subscribe] began for the app and for every other one of its repository.
  default void unsubscribe(App app) {}

  /// Deletes everything stored for the app, also in [Sources]. Safe when nothing is stored.
  void forget(App app);

  /// Where people talk about the pull requests of a repository; empty when the host has no such
  /// place, as a plain git repository.
  ///
  /// @throws run.ephemeral.core.FaultException when the host cannot be used at present
  default Optional<Conversation> conversation(RepositoryName repository) {
    return Optional.empty();
  }

  /// For the pipelines of which repository the host issued a token. May block while the keys of the
  /// host are fetched, and asks it nothing else.
  ///
  /// @param audiences for one of which it has to be issued
  /// @throws run.ephemeral.core.FaultException USER when it is not valid, or the host issues none;
  ///     EXTERNAL when the host does not answer
  default Pipeline pipeline(String token, Set<String> audiences) {
    throw new FaultException(
        Fault.user("this code host issues no tokens to its pipelines, or was not added"));
  }

  /// Whether the repository of a pipeline is still the one of that name. Blocks, and remembers it
  /// for some minutes.
  default boolean isThere(Pipeline pipeline) {
    return false;
  }

  /// @param id that the host never gives again; another repository may have the name by now
  record Pipeline(RepositoryName repository, String id) {}

  /// @param source as it is stored with an app: a folder of this machine or a URL
  /// @param repository empty for a plain git repository, which has no name of its own
  record Located(String source, Optional<RepositoryName> repository) {}

  /// @param open in order of their numbers
  /// @param bases the commits of target branches, by branch, as far as they are there
  /// @param missing those of them whose commit cannot be fetched at present
  /// @param warning what will not work there, though pull requests can be read
  record Seen(
      String defaultBranch,
      String defaultCommit,
      List<PullRequest> open,
      Map<String, String> bases,
      Set<PullRequestRef> missing,
      Optional<String> warning) {
    public Seen {
      open = List.copyOf(open);
      bases = Map.copyOf(bases);
      missing = Set.copyOf(missing);
    }

    /// With all commits, where everything works.
    public Seen(String defaultBranch, String defaultCommit, List<PullRequest> open) {
      this(defaultBranch, defaultCommit, open, Map.of(), Set.of(), Optional.empty());
    }

    public Seen with(List<PullRequest> others) {
      return new Seen(defaultBranch, defaultCommit, others, bases, missing, warning);
    }

    /// The commit of a branch that pull requests are to be merged into; empty when it is not there.
    public Optional<String> base(String branch) {
      return branch.equals(defaultBranch)
          ? Optional.of(defaultCommit)
          : Optional.ofNullable(bases.get(branch));
    }
  }
}
