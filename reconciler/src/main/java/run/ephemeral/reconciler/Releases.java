package run.ephemeral.reconciler;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.app.App;
import run.ephemeral.core.codehost.CodeHost.Seen;
import run.ephemeral.core.codehost.Sources;
import run.ephemeral.core.policy.Limits;
import run.ephemeral.core.pullrequest.PullRequest;
import run.ephemeral.core.pullrequest.Trust;
import run.ephemeral.core.release.Mirror;
import run.ephemeral.core.release.Release;
import run.ephemeral.core.release.SourceTree;
import run.ephemeral.core.spec.AppSpec;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.spec.SpecReader;

/// Reads the exact inputs of an environment from a commit.
public final class Releases {
  private static final String FILE = "ephemeral.yaml";

  /// A pull request that changes more is not only about what may be left out.
  private static final int MOST_CHANGED = 10_000;

  private final Sources sources;
  private final SpecReader reader;
  private final Limits limits;

  public Releases(Sources sources, SpecReader reader, Limits limits) {
    this.sources = sources;
    this.reader = reader;
    this.limits = limits;
  }

  /// @param facts the values of `${pr.*}`
  /// @param where names the commit in messages
  /// @throws FaultException USER when the commit cannot be run, with what to fix
  public Release read(Mirror mirror, String commit, Map<String, String> facts, String where) {
    var text =
        sources
            .read(mirror, commit, FILE, limits.specBytes())
            .orElseThrow(
                () ->
                    user(
                        "%s has no %s; `ephemeral init` writes one to commit"
                            .formatted(where, FILE)));
    return switch (reader.read(text)) {
      case SpecReader.Reading.Rejected(var problems) ->
          throw user(
              problems.stream().limit(5).map(Object::toString).collect(Collectors.joining("; ")));
      case SpecReader.Reading.Accepted(var spec, var digest, var ignored) ->
          new Release(
              mirror,
              commit,
              digest,
              spec,
              trees(mirror, commit, spec, where),
              seeds(mirror, commit, spec, where),
              facts);
    };
  }

  /// Reads the head of a pull request. Of a fork there are only images: all that is read is of the
  /// target branch.
  ///
  /// @throws FaultException USER when it cannot be run, with what to fix; EXTERNAL when its target
  ///     branch was not fetched
  Release of(App app, PullRequest pullRequest, Seen seen) {
    return switch (pullRequest.trust()) {
      case Trust.Own() -> {
        var where = "commit " + brief(pullRequest.commit());
        yield read(Mirror.of(app.name()), pullRequest.commit(), facts(pullRequest, seen), where);
      }
      case Trust.Fork(var owner) -> ofFork(app, owner, pullRequest, seen);
      case Trust.Approved(var owner, _, _) -> ofFork(app, owner, pullRequest, seen);
    };
  }

  /// The paths of the files that a pull request changes; empty when that is not known.
  Set<String> changed(App app, PullRequest pullRequest, Seen seen) {
    var base = pullRequest.head().base().flatMap(seen::base).orElse(seen.defaultCommit());
    return pullRequest.trust().isOwn()
        ? sources.changed(Mirror.of(app.name()), base, pullRequest.commit(), MOST_CHANGED)
        : Set.of();
  }

  private Release ofFork(App app, String owner, PullRequest pullRequest, Seen seen) {
    var branch = pullRequest.head().base().orElse(seen.defaultBranch());
    var message = "the commit of its target branch %s cannot be fetched yet".formatted(branch);
    var missing = new Fault(Fault.Kind.EXTERNAL, message, "");
    var base = seen.base(branch).orElseThrow(() -> new FaultException(missing));
    var facts = facts(pullRequest, seen);
    var release = read(Mirror.of(app.name()), base, facts, "branch " + branch);
    var movable = release.movable();
    if (movable.isPresent()) {
      throw user(
          "the next push to the fork could exchange the image of `%s`; for forks its tag needs"
                  .formatted(movable.get())
              + " ${pr.commit}");
    }
    return release.ofFork(owner, pullRequest.commit());
  }

  private static Map<String, String> facts(PullRequest pullRequest, Seen seen) {
    return Map.of(
        "base", seen.defaultBranch(),
        "number", Integer.toString(pullRequest.number()),
        "title", pullRequest.title(),
        "branch", pullRequest.branch(),
        "author", pullRequest.author(),
        "commit", pullRequest.commit());
  }

  private Set<SourceTree> trees(Mirror mirror, String commit, AppSpec spec, String where) {
    var trees = new HashSet<SourceTree>();
    for (var path : spec.paths()) {
      var hash = found(sources.folder(mirror, commit, path), path, where);
      trees.add(new SourceTree(mirror, path, hash));
    }
    return trees;
  }

  private Map<ComponentName, SourceTree> seeds(
      Mirror mirror, String commit, AppSpec spec, String where) {
    var seeds = new HashMap<ComponentName, SourceTree>();
    spec.data()
        .forEach(
            (name, data) ->
                data.seed()
                    .ifPresent(
                        seed -> {
                          var path = seed.path();
                          var hash = found(sources.hash(mirror, commit, path), path, where);
                          seeds.put(name, new SourceTree(mirror, path, hash));
                        }));
    return seeds;
  }

  private static String found(Optional<String> hash, String path, String where) {
    return hash.orElseThrow(
        () -> user("%s speaks of `%s`, which %s does not have".formatted(FILE, path, where)));
  }

  private static FaultException user(String message) {
    return new FaultException(Fault.user(message));
  }

  static String brief(String commit) {
    return commit.substring(0, Math.min(8, commit.length()));
  }
}
