package run.ephemeral.reconciler;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.codehost.Sources;
import run.ephemeral.core.policy.Limits;
import run.ephemeral.core.release.Mirror;
import run.ephemeral.core.release.Release;
import run.ephemeral.core.spec.AppSpec;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.spec.SpecReader;

/// From a commit to the exact inputs of an environment.
public final class Releases {
  private static final String FILE = "ephemeral.yaml";

  private final Sources sources;
  private final SpecReader reader;
  private final Limits limits;

  public Releases(Sources sources, SpecReader reader, Limits limits) {
    this.sources = sources;
    this.reader = reader;
    this.limits = limits;
  }

  /// @param facts what `${pr.*}` says
  /// @param where what to call the commit in messages
  /// @throws FaultException USER when the commit cannot be run as it is, with what to mend
  public Release read(Mirror repository, String commit, Map<String, String> facts, String where) {
    var text =
        sources
            .read(repository, commit, FILE, limits.specBytes())
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
              repository,
              commit,
              digest,
              spec,
              trees(repository, commit, spec, where),
              seeds(repository, commit, spec, where),
              facts);
    };
  }

  private Map<String, String> trees(Mirror repository, String commit, AppSpec spec, String where) {
    var trees = new HashMap<String, String>();
    for (var path : spec.paths()) {
      trees.put(path, found(sources.folder(repository, commit, path), path, where));
    }
    return trees;
  }

  private Map<ComponentName, String> seeds(
      Mirror repository, String commit, AppSpec spec, String where) {
    var seeds = new HashMap<ComponentName, String>();
    spec.data()
        .forEach(
            (name, data) ->
                data.seed()
                    .ifPresent(
                        seed -> {
                          var path = seed.path();
                          var hash = sources.hash(repository, commit, path);
                          seeds.put(name, found(hash, path, where));
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
