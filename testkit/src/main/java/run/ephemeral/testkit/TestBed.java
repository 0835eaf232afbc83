package run.ephemeral.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The Kubernetes cluster of tests: that of `./dev testbed up`, or one of the user's, when both
/// `KUBECONFIG` and `EPHEMERAL_TEST_REGISTRY` are set. Tests that need one are skipped without:
/// `@EnabledIf("run.ephemeral.testkit.TestBed#hasCluster")`. Those that also need its node, its
/// registries or its programs are skipped on a cluster of the user's:
/// `@EnabledIf("run.ephemeral.testkit.TestBed#isUp")`.
public final class TestBed {
  /// A registry without TLS that this machine and the user's cluster reach, as `HOST:PORT`.
  private static final Optional<String> USERS_REGISTRY =
      Optional.ofNullable(System.getenv("EPHEMERAL_TEST_REGISTRY"))
          .filter(it -> !it.isEmpty() && System.getenv("KUBECONFIG") != null);

  /// Takes images of anybody.
  public static final String REGISTRY = USERS_REGISTRY.orElse("198.18.128.1:5000");

  /// Wants user `acme` with password `secret`. The user's registry takes any.
  public static final String CLOSED_REGISTRY = USERS_REGISTRY.orElse("198.18.128.1:5001");

  /// An image with a web server on port 8080.
  public static final String WEB = REGISTRY + "/testbed/web";

  /// An image with the programs of busybox.
  public static final String BUSYBOX = REGISTRY + "/testbed/busybox:1";

  private static final String FOLDER = "EPHEMERAL_TESTBED";

  private TestBed() {}

  /// Where the test beds are.
  public static Path folder() {
    return Optional.ofNullable(System.getenv(FOLDER))
        .map(Path::of)
        .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache/ephemeral-testbed"));
  }

  public static Path kubeconfig() {
    return USERS_REGISTRY.isPresent()
        ? Path.of(System.getenv("KUBECONFIG"))
        : folder().resolve("run/kubeconfig");
  }

  /// Whether the cluster of `./dev testbed up` is used.
  public static boolean isUp() {
    return USERS_REGISTRY.isEmpty() && Files.exists(folder().resolve("up"));
  }

  public static boolean hasCluster() {
    return USERS_REGISTRY.isPresent() || isUp();
  }

  /// The root folder of the project, from any module.
  private static Path root() {
    var here = Path.of("").toAbsolutePath();
    return Stream.iterate(here, folder -> folder != null, Path::getParent)
        .filter(folder -> Files.exists(folder.resolve("testbed/kubernetes")))
        .findFirst()
        .orElseThrow();
  }

  /// Runs kubectl.
  ///
  /// @return what it printed
  public static String kubectl(String... arguments) {
    var program = isUp() ? folder().resolve("bin/kubectl").toString() : "kubectl";
    var command = new ArrayList<>(List.of(program, "--kubeconfig", kubeconfig().toString()));
    command.addAll(List.of(arguments));
    return run(command);
  }

  /// Pushes an image of a web server on port 8080 that answers with this text.
  ///
  /// @param image its name with a tag; a user and a password may come before the registry
  public static void pushWeb(String image, String text) {
    try {
      var folder = Files.createTempDirectory("image-");
      var page = Files.writeString(folder.resolve("index.html"), text);
      push(image, List.of("httpd", "-f", "-p", "8080", "-h", "/www"), page + ":/www/index.html");
      Files.delete(page);
      Files.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A daemon of the cluster that is stopped (SIGSTOP) until this is closed.
  ///
  /// @param pid its process id
  public record Paused(String pid) implements AutoCloseable {
    @Override
    public void close() {
      run(List.of("kill", "-CONT", pid));
    }
  }

  /// @param daemon such as `kubelet`
  public static Paused pause(String daemon) throws IOException {
    var file = kubeconfig().resolveSibling(daemon + ".pid");
    var pid = Files.readString(file).split(" ", 2)[0].strip();
    run(List.of("kill", "-STOP", pid));
    return new Paused(pid);
  }

  /// Pushes an image whose program is a shell that runs this script.
  ///
  /// @param image its name with a tag
  public static void pushScript(String image, String script) {
    push(image, List.of("sh", "-c", script));
  }

  /// @param program of busybox, with its arguments
  private static void push(String image, List<String> program, String... files) {
    var command = new ArrayList<>(List.of(root().resolve("testbed/kubernetes/image").toString()));
    command.addAll(List.of(image, "/bin/busybox"));
    command.addAll(program);
    command.addAll(List.of("--", "/bin/busybox:/bin/busybox", "link:busybox:/bin/sh"));
    command.addAll(List.of(files));
    run(command);
  }

  private static String run(List<String> command) {
    try {
      var process = new ProcessBuilder(command).redirectErrorStream(true).start();
      var out = new String(process.getInputStream().readAllBytes(), UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(String.join(" ", command) + ": " + out);
      }
      return out;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
