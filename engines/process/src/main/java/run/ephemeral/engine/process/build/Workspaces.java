package run.ephemeral.engine.process.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import run.ephemeral.core.Digest;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.engine.process.file.Folders;
import run.ephemeral.engine.process.file.Home;

/// The folders that services run in: each environment's own copies of artifacts. Files that a
/// service writes there survive restarts and sleep, and are deleted with the next version.
public final class Workspaces {
  private final Home home;
  private final Builds builds;

  public Workspaces(Home home, Builds builds) {
    this.home = home;
    this.builds = builds;
  }

  /// The folder of a service for an artifact, created if absent.
  public Path populate(EnvironmentKey environment, ComponentName service, Digest build)
      throws IOException {
    var place = place(environment, service, build);
    var artifact = builds.artifact(build);
    if (!Files.exists(place)) {
      Folders.copy(artifact, place);
    }
    return place;
  }

  public Optional<Path> find(EnvironmentKey environment, ComponentName service, Digest build) {
    return Optional.of(place(environment, service, build)).filter(Files::exists);
  }

  /// Removes a service's folders for all artifacts but these. If none is given, all stay: a service
  /// that sleeps finds its folder again.
  public void tidy(EnvironmentKey environment, ComponentName service, Set<Digest> used)
      throws IOException {
    var folder = home.work(environment, service);
    if (used.isEmpty()) {
      return;
    }
    var kept =
        used.stream().map(build -> place(environment, service, build)).collect(Collectors.toSet());
    for (var old : Folders.list(folder)) {
      if (!kept.contains(old)) {
        Folders.delete(old);
      }
    }
  }

  private Path place(EnvironmentKey environment, ComponentName service, Digest build) {
    return home.work(environment, service).resolve(build.brief());
  }
}
