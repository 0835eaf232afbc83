package run.ephemeral.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Supplier;
import run.ephemeral.testkit.Eventually;
import run.ephemeral.testkit.Git;
import run.ephemeral.testkit.Plane;
import run.ephemeral.testkit.TestBed;

/// A control plane with the test bed as its cluster `bed`, and an app of one image there.
final class ClusterApp implements AutoCloseable {
  private static final String HELD = "jsonpath={range .items[*]}{.metadata.namespace}{'\\n'}{end}";
  private static final String LOGIN = "acme:secret";

  /// Unlike that of other runs, since registries and clusters outlive them.
  final String name = "c" + Long.toString(System.nanoTime(), 36);

  final String image = TestBed.CLOSED_REGISTRY + "/e2e/" + name;
  final Plane plane;
  final Git git;
  private String installation = "";

  ClusterApp(Path folder) throws IOException {
    plane = new Plane(Files.createDirectories(folder.resolve("home")).toRealPath());
    var docker = Files.createDirectories(folder.resolve("docker"));
    Files.writeString(
        docker.resolve("config.json"),
        "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}"
            .formatted(
                TestBed.CLOSED_REGISTRY,
                Base64.getEncoder().encodeToString(LOGIN.getBytes(UTF_8))));
    plane.environment.put("DOCKER_CONFIG", docker.toString());
    plane.environment.put(
        "EPHEMERAL_PLAIN_REGISTRIES", TestBed.REGISTRY + "," + TestBed.CLOSED_REGISTRY);
    git = Git.init(Files.createDirectories(folder.resolve(name)));
    git.write("ephemeral.yaml", spec(0)).commit("an app of an image");
  }

  void begin() throws IOException, InterruptedException {
    plane.start();
    var config = TestBed.kubeconfig().toString();
    var added = plane.cli("cluster", "add", "bed", "--kubeconfig", config);
    assertThat(added.code()).as(added.out()).isZero();
    var app = plane.cli("app", "add", git.folder().toString(), "--cluster", "bed");
    assertThat(app.code()).as(app.out()).isZero();
    var sql = "SELECT id FROM installation";
    installation = PostgresProbe.texts(database(), sql).getFirst();
  }

  private String database() throws IOException {
    var postgres = plane.home.resolve("postgres");
    var password = Files.readString(postgres.resolve("password")).strip();
    var port = Files.readAllLines(postgres.resolve("data/postmaster.pid")).get(3).strip();
    return "postgresql://ephemeral:%s@127.0.0.1:%s/postgres".formatted(password, port);
  }

  private String spec(int version) {
    return """
    app: %s
    services:
      web:
        image: %s
        port: 8080
        public: true
        env: { VERSION: "%d" }
        resources: { cpu: 5m, memory: 32Mi }
    """
        .formatted(name, image, version);
  }

  String environment(int number) {
    return "pr-%s-%d".formatted(name, number);
  }

  String label() {
    return "ephemeral.run/installation=" + installation;
  }

  /// Makes what the environment of a pull request serves.
  void image(int number, String text) {
    TestBed.pushWeb(LOGIN + "@%s:PR-%d".formatted(image, number), text);
  }

  /// Commits another version of the app's file on a branch, which is made if need be.
  ///
  /// @return the commit
  synchronized String commit(String branch, int version) {
    var isThere = git.run("branch", "--list", branch).contains(branch);
    if (!isThere) {
      git.run("branch", branch, "main");
    }
    git.run("checkout", "-q", branch);
    var commit = git.write("ephemeral.yaml", spec(version)).commit("Version " + version);
    git.run("checkout", "-q", "main");
    return commit;
  }

  synchronized void close(String branch) {
    git.run("branch", "-D", branch);
  }

  /// Waits longer than [Eventually]: a busy cluster takes a minute to remove a namespace, and after
  /// a minute people are told what holds it up.
  static void slowly(String what, Supplier<Boolean> condition) {
    try {
      Eventually.eventually(what, condition);
    } catch (AssertionError e) {
      Eventually.eventually(what, condition);
    }
  }

  void awaitReady(int number) {
    try {
      plane.awaitPhase(environment(number), "ready");
    } catch (AssertionError e) {
      throw new AssertionError(plane.environment(environment(number)).toPrettyString(), e);
    }
  }

  static String kubectl(String... arguments) {
    return TestBed.kubectl(arguments).strip();
  }

  /// Everything of this installation on the cluster.
  List<String> objects() {
    return lines("get", "ns,deploy,svc,secret,netpol", "-A", "-l", label(), "-o", "name");
  }

  /// The namespaces of this installation, also those that are being removed.
  List<String> namespaces() {
    return lines("get", "ns", "-l", label(), "-o", "name");
  }

  private static List<String> lines(String... arguments) {
    return kubectl(arguments).lines().filter(line -> !line.startsWith("No resources")).toList();
  }

  /// Rows of the control plane's store that are about environments, each as its table.
  List<String> rows() {
    var left = new ArrayList<String>();
    try {
      for (var table : List.of("environment", "ledger")) {
        left.addAll(PostgresProbe.texts(database(), "SELECT '%s' FROM %s".formatted(table, table)));
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return left;
  }

  static String uid(String namespace) {
    return kubectl("get", "ns", namespace, "--ignore-not-found", "-o", "jsonpath={.metadata.uid}");
  }

  /// The checks of `doctor` with these names.
  List<String> checks(String... names) {
    var details = new ArrayList<String>();
    for (var check : plane.get("/doctor")) {
      if (List.of(names).contains(check.get("name").asText())) {
        details.add(check.get("detail").asText());
      }
    }
    return details;
  }

  /// Leaves nothing on the cluster, whatever failed before.
  @Override
  public void close() {
    try (plane) {
      if (!installation.isEmpty()) {
        if (plane.answers()) {
          plane.ask("DELETE", "/apps/" + name, "");
          plane.ask("DELETE", "/clusters/bed?abandon=true", "");
        }
        for (var held : lines("get", "cm", "-A", "--field-selector=metadata.name=cx", "-o", HELD)) {
          if (held.startsWith(environment(0).replaceAll("0$", ""))) {
            var patch = "{\"metadata\":{\"finalizers\":null}}";
            kubectl("-n", held, "patch", "cm", "cx", "--type=merge", "-p", patch);
          }
        }
        kubectl("delete", "ns", "-l", label(), "--wait=false");
      }
    }
  }
}
