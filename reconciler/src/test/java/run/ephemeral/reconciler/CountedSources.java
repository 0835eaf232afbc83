package run.ephemeral.reconciler;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.codehost.Sources;
import run.ephemeral.core.release.Mirror;

/// Real sources that remember which commits were read, and can lose one.
final class CountedSources implements Sources {
  private final Sources real;
  private final List<String> read = new ArrayList<>();
  private Optional<String> lost = Optional.empty();
  private String spoiled = "";

  CountedSources(Sources real) {
    this.real = real;
  }

  /// The commits that were read since the last call.
  List<String> read() {
    var commits = List.copyOf(read);
    read.clear();
    return commits;
  }

  void lose(Optional<String> commit) {
    lost = commit;
  }

  /// Throws an unexpected exception for this commit.
  void spoil(String commit) {
    spoiled = commit;
  }

  @Override
  public Optional<String> read(Mirror repository, String commit, String path, int most) {
    if (spoiled.equals(commit)) {
      throw new IllegalStateException("nobody thought of this");
    }
    if (lost.equals(Optional.of(commit))) {
      throw new FaultException(Fault.external("the disk is gone", new IllegalStateException()));
    }
    read.add(commit);
    return real.read(repository, commit, path, most);
  }

  @Override
  public Set<String> changed(Mirror repository, String base, String commit, int most) {
    return real.changed(repository, base, commit, most);
  }

  @Override
  public Optional<String> hash(Mirror repository, String commit, String path) {
    return real.hash(repository, commit, path);
  }

  @Override
  public Optional<String> folder(Mirror repository, String commit, String path) {
    return real.folder(repository, commit, path);
  }

  @Override
  public void checkOut(Mirror repository, String hash, String name, Path into) {
    real.checkOut(repository, hash, name, into);
  }

  @Override
  public Snapshot snapshot(Mirror repository, Path workingTree) {
    return real.snapshot(repository, workingTree);
  }

  @Override
  public void forget(Mirror repository) {
    real.forget(repository);
  }
}
