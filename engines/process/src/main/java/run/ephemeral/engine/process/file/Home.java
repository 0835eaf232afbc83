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

/// Where this engine keeps what, in one folder:
///
///     builds/<key>/           an artifact; builds/<key>.log what its build said
///     scratch/                where builds, seeds and tests that are under way work
///     seeds/<key>.log         what the command that filled a golden database said
///     seeds/golden_<key>.used when a golden database was last in use, by its time
///     processes/<mark>/       what the shell above a service wrote
///     environments/<id>-<name>/
///       logs/                 what services and tests said
///       work/<service>/<key>/ the folder a service runs in
///
/// What must be believed is in the ledger: whatever runs can write here.
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

  /// Where commands that come to an end do their work. Nothing in it outlives a control plane.
  public Path scratch() {
    return root.resolve("scratch");
  }

  /// What the commands that fill databases said.
  public Path seeds() {
    return root.resolve("seeds");
  }

  /// Removes what was being made when a control plane was killed.
  public void tidy(EnvironmentKey environment) throws IOException {
    Folders.tidy(of(environment), 3);
  }

  /// Every environment that left a trace.
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

  /// A folder that is not named as ours are is not ours.
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
