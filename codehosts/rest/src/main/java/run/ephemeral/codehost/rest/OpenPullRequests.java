package run.ephemeral.codehost.rest;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import run.ephemeral.codehost.rest.Pages.Listed;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.app.App;
import run.ephemeral.core.codehost.CodeHost.Seen;
import run.ephemeral.core.pullrequest.PullRequest;
import run.ephemeral.core.pullrequest.PullRequestRef;
import run.ephemeral.source.GitSources;
import run.ephemeral.source.Remote;

/// Reads the open pull requests of a repository from the API of its host, and fetches their commits
/// with git.
public final class OpenPullRequests {
  private static final int MOST_READINGS = 5;
  private static final int MOST_FETCHES = 2;

  private final GitSources sources;
  private final App app;
  private final Supplier<Listed> list;
  private final Function<JsonNode, PullRequest> reader;
  private final Supplier<Remote> remote;

  /// @param list asks the host for the open pull requests
  /// @param reader throws [IllegalArgumentException] for what is no pull request
  /// @param remote from which commits are fetched
  public OpenPullRequests(
      GitSources sources,
      App app,
      Supplier<Listed> list,
      Function<JsonNode, PullRequest> reader,
      Supplier<Remote> remote) {
    this.sources = sources;
    this.app = app;
    this.list = list;
    this.reader = reader;
    this.remote = remote;
  }

  /// Commits that were pushed between the answer of the API and the fetch may be missing once.
  public Seen look(String defaultBranch, Optional<String> warning) {
    for (int tries = 1; ; tries++) {
      var open = open();
      var refs = new HashSet<String>();
      refs.add(Constants.R_HEADS + defaultBranch);
      open.forEach(each -> refs.addAll(refs(each)));
      var fetched = sources.work(app, mirror -> fetch(mirror, refs, open));
      var base = fetched.heads().get(Constants.R_HEADS + defaultBranch);
      var missing = fetched.missing();
      var isLast = tries == MOST_FETCHES;
      if (base != null && (missing.isEmpty() || isLast)) {
        return new Seen(defaultBranch, base.name(), open, bases(open, fetched), missing, warning);
      }
      if (isLast) {
        throw new FaultException(
            new Fault(
                Fault.Kind.EXTERNAL,
                "the commit of branch %s cannot be fetched from %s yet"
                    .formatted(defaultBranch, app.shownSource()),
                refs.toString()));
      }
    }
  }

  /// One that is closed while pages are read moves another one to a page that was read already. So
  /// a list of several pages is believed when two readings have the same pull requests.
  private List<PullRequest> open() {
    var before = Optional.<Set<Integer>>empty();
    for (int tries = 0; tries < MOST_READINGS; tries++) {
      var listed = list.get();
      var open = read(listed.items());
      if (listed.pages() == 1 || before.equals(Optional.of(open.keySet()))) {
        return List.copyOf(open.values());
      }
      before = Optional.of(open.keySet());
    }
    throw new FaultException(
        new Fault(
            Fault.Kind.EXTERNAL,
            "the pull requests of %s change while they are read".formatted(app.shownSource()),
            ""));
  }

  /// By their numbers, in order.
  private SortedMap<Integer, PullRequest> read(List<JsonNode> all) {
    try {
      var open = new TreeMap<Integer, PullRequest>();
      for (var json : all) {
        var pullRequest = reader.apply(json);
        open.put(pullRequest.number(), pullRequest);
      }
      return open;
    } catch (IllegalArgumentException e) {
      var message =
          "%s gave an answer that cannot be read: %s"
              .formatted(app.repository().host(), e.getMessage());
      throw new FaultException(Fault.external(message, e), e);
    }
  }

  private static Map<String, String> bases(List<PullRequest> open, Fetched fetched) {
    var bases = new HashMap<String, String>();
    for (var each : open) {
      each.head()
          .base()
          .ifPresent(
              branch -> {
                var head = fetched.heads().get(Constants.R_HEADS + branch);
                if (head != null) {
                  bases.put(branch, head.name());
                }
              });
    }
    return bases;
  }

  /// Hosts move the ref of a pull request some time after its branch, which may be deleted. Nothing
  /// of strangers is fetched, only their target branch: a small pack can unfold to more than the
  /// memory holds.
  private static List<String> refs(PullRequest pullRequest) {
    var ref = "refs/pull/%d/head".formatted(pullRequest.number());
    var refs = new ArrayList<String>();
    pullRequest.head().base().ifPresent(base -> refs.add(Constants.R_HEADS + base));
    if (pullRequest.trust().isOwn()) {
      refs.addAll(List.of(ref, Constants.R_HEADS + pullRequest.branch()));
    }
    return refs;
  }

  private record Fetched(Map<String, ObjectId> heads, Set<PullRequestRef> missing) {}

  private Fetched fetch(Repository mirror, Set<String> refs, List<PullRequest> open)
      throws GitAPIException, IOException {
    var heads = remote.get().fetch(mirror, refs::contains);
    var missing = new HashSet<PullRequestRef>();
    for (var each : open) {
      var isWanted = each.trust().isOwn();
      if (isWanted && !mirror.getObjectDatabase().has(ObjectId.fromString(each.commit()))) {
        missing.add(each.ref());
      }
    }
    return new Fetched(heads, missing);
  }
}
