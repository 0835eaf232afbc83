package run.ephemeral.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options that say with which credentials a cluster is reached.
final class KubeconfigOptions {
  private static final long MOST_BYTES = 1 << 20;

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description = "The kubeconfig file. Default: $KUBECONFIG, or ~/.kube/config.")
  private @Nullable String file;

  @Option(
      names = "--context",
      paramLabel = "CONTEXT",
      description = "The context of that file. Default: its current one.")
  private @Nullable String context;

  @Option(
      names = "--on-server",
      description =
          "Use the file kubeconfigs/NAME.yaml in the control plane's home folder, which may name a"
              + " program that signs in.")
  private boolean onServer;

  @Nullable String context() {
    return context;
  }

  /// The content of the file; absent for the control plane's own.
  @Nullable String content(Cli cli) {
    if (onServer) {
      return null;
    }
    var path = path(cli);
    try {
      if (Files.size(path) > MOST_BYTES) {
        throw new CliFault(Exit.FAILED, "%s has more than 1 MiB".formatted(path));
      }
      return Files.readString(path);
    } catch (IOException e) {
      throw new CliFault(
          Exit.NOT_FOUND,
          "there is no kubeconfig that can be read at %s".formatted(path),
          "name one file with --kubeconfig FILE");
    }
  }

  private Path path(Cli cli) {
    var environment = cli.world().environment();
    var named = file == null ? environment.getOrDefault("KUBECONFIG", "") : file;
    return named.isEmpty()
        ? Path.of(cli.world().properties().getOrDefault("user.home", ""), ".kube", "config")
        : cli.resolve(named);
  }
}
