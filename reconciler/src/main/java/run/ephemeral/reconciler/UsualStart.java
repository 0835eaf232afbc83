package run.ephemeral.reconciler;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import run.ephemeral.core.app.App;
import run.ephemeral.core.codehost.CodeHost.Seen;
import run.ephemeral.core.release.Mirror;
import run.ephemeral.core.spec.StartSpec;

/// The start rules of the default branch, for pull requests whose own file is broken, absent or of
/// strangers. Read on first use.
final class UsualStart {
  private final Releases releases;
  private final App app;
  private final Seen seen;
  private @Nullable StartSpec start;

  UsualStart(Releases releases, App app, Seen seen) {
    this.releases = releases;
    this.app = app;
    this.seen = seen;
  }

  Seen seen() {
    return seen;
  }

  StartSpec start() {
    var known = start;
    if (known == null) {
      known = read();
      start = known;
    }
    return known;
  }

  private StartSpec read() {
    try {
      var where = "branch " + seen.defaultBranch();
      var repository = Mirror.of(app.name());
      return releases.read(repository, seen.defaultCommit(), Map.of(), where).spec().start();
    } catch (RuntimeException e) {
      return StartSpec.DEFAULT;
    }
  }
}
