package run.ephemeral.engine.process.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.spec.ComponentName;

/// The layout of this engine's folder:
///
///     builds/<key>/           an artifact; builds/<key>.log the log of its build
///     scratch/                temporary folders of builds, seeds and tests that are running
///     seeds/<key>.log         the log of the seed command of a golden database
///     seeds/golden_<key>.used its time is the last use of a golden database
///     processes/<mark>/       the files of the shell above a service
///     environments/<id>-<name>/
///       logs/                 logs of services and tests
///       work/<service>/<key>/ the folder a service runs in
///
/// What must be trusted is in the ledger: services can write to this folder.
public record Home(Path root) {
  public Path builds() {
    return root.resolve("builds");
  }

  public Path environments() {
    return root.resolve("environments");
  }

  public Path of(EnvironmentKey environment) {
    return environments().resolve(environment.id() + "-" + environment.name());
  }

  /// @param mark of the start of a service
  public ShellFiles shell(String mark) {
    return new ShellFiles(processes().resolve(mark));
  }

  public Path processes() {
    return root.resolve("processes");
  }

  public Path log(EnvironmentKey environment, ComponentName component, String source) {
    return of(environment).resolve("logs").resolve(component + "." + source + ".log");
  }

  public Path work(EnvironmentKey environment, ComponentName service) {
    return of(environment).resolve("work").resolve(service.value());
  }

  /// Temporary folders of commands. The next control plane removes what it finds there.
  public Path scratch() {
    return root.resolve("scratch");
  }

  /// The logs of seed commands.
  public Path seeds() {
    return root.resolve("seeds");
  }

  /// Removes incomplete folders of a control plane that was killed.
  public void tidy(EnvironmentKey environment) throws IOException {
    Folders.tidy(of(environment), 3);
  }

  /// Every environment that has a folder.
  public List<EnvironmentKey> all() throws IOException {
    if (!Files.exists(environments())) {
      return List.of();
    }
    try (var folders = Files.list(environments())) {
      return folders
          .map(folder -> String.valueOf(folder.getFileName()))
          .flatMap(name -> place(name).stream())
          .toList();
    }
  }

  /// Empty for a folder that is not named like an environment's.
  private static Optional<EnvironmentKey> place(String folder) {
    try {
      var dash = folder.indexOf('-');
      return dash < 0
          ? Optional.empty()
          : Optional.of(
              new EnvironmentKey(
                  new EnvironmentId(Long.parseLong(folder.substring(0, dash))),
                  new EnvironmentName(folder.substring(dash + 1))));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
