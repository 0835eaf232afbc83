package run.ephemeral.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import run.ephemeral.testkit.TestBed;

/// The objects of an environment as a chart, installed by Helm's command line into a namespace
/// that it makes.
final class HelmPeer implements AutoCloseable {
  private static final String NAMESPACE = "bench-helm";

  private final Path folder;
  private final Path program;

  HelmPeer(Path parent, Copied copied) throws IOException {
    program = Bed.program("helm");
    if (!Files.isExecutable(program)) {
      throw new IOException("there is no %s: run ./dev testbed down, then up".formatted(program));
    }
    folder = Files.createDirectories(parent.resolve("helm"));
    var chart = folder.resolve("chart");
    Files.createDirectories(chart.resolve("templates"));
    Files.writeString(chart.resolve("Chart.yaml"), "apiVersion: v2\nname: bench\nversion: 1.0.0\n");
    var text =
        copied.objects().stream().map(Object::toString).collect(Collectors.joining("\n---\n"));
    Files.writeString(chart.resolve("templates/all.yaml"), text);
  }

  /// Installs the release into a new namespace; returns when Helm has, which waits for no pod.
  ///
  /// @return milliseconds
  double apply() throws IOException, InterruptedException {
    close();
    var began = System.nanoTime();
    helm("upgrade", "--install", "--create-namespace", "bench", folder.resolve("chart").toString());
    return (System.nanoTime() - began) / 1e6;
  }

  private void helm(String... arguments) throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of("--kubeconfig", TestBed.kubeconfig().toString(), "-n", NAMESPACE));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    for (var kind : List.of("CACHE", "CONFIG", "DATA")) {
      builder.environment().put("HELM_%s_HOME".formatted(kind), folder.resolve(kind).toString());
    }
    var process = builder.start();
    process.getOutputStream().close();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("helm failed: " + said);
    }
  }

  @Override
  public void close() {
    TestBed.kubectl("delete", "ns", NAMESPACE, "--ignore-not-found", "--wait=true");
  }
}
