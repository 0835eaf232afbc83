package run.ephemeral.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.wire.Check;
import run.ephemeral.wire.ClusterSettingsView;
import run.ephemeral.wire.ClusterView;

/// The commands for clusters: what they send, and what they say.
class ClusterCommandTest {
  @TempDir private Path folder;
  private FakeControlPlane server;
  private Shell shell;

  @BeforeEach
  void begin() throws IOException {
    server = new FakeControlPlane();
    shell = new Shell(folder, server);
  }

  @AfterEach
  void end() {
    server.close();
  }

  private static ClusterView cluster(String name, boolean cordoned, @Nullable String problem) {
    return cluster(name, cordoned, problem, 9);
  }

  private static ClusterView cluster(
      String name, boolean cordoned, @Nullable String problem, int most) {
    var settings =
        new ClusterSettingsView(
            most,
            "forward",
            "restricted",
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null);
    var missing = problem == null ? List.<String>of() : null;
    return new ClusterView(
        name,
        Map.of("region", "eu", "gpu", ""),
        cordoned,
        3,
        Samples.NOW,
        problem,
        "https://c:6443",
        "v1.34.4",
        missing,
        settings);
  }

  private static final List<Check> FOUND =
      List.of(new Check("network policy", "warning", "not enforced", "use Calico"));

  private String said(int code, String... command) {
    var said = shell.call(command);
    assertThat(said.code()).as(said.err()).isEqualTo(code);
    return said.out() + said.err();
  }

  @Test
  void aClusterIsAddedWithTheContentOfTheFileAndItsOptions() throws Exception {
    var file = Files.writeString(folder.resolve("config"), "kind: Config");
    server.answering("POST /clusters", cluster("bed", false, null));
    server.answering("POST /clusters/bed/examination", FOUND);
    var command = "cluster add bed --context c --pod-security baseline --toleration gpu:NoSchedule";
    var words = (command + " --label a=b --kubeconfig " + file).split(" ");
    assertThat(said(0, words))
        .contains("Added bed.", "app add REPOSITORY --cluster bed")
        .contains("! network policy  not enforced\n                  → use Calico");
    assertThat(server.requests.take())
        .contains(
            "\"kubeconfig\":\"kind: Config\"",
            "\"context\":\"c\"",
            "\"podSecurity\":\"baseline\"",
            "\"tolerations\":[\"gpu:NoSchedule\"]",
            "\"labels\":{\"a\":\"b\"}");
  }

  @Test
  void aFileThatIsNotThereIsNamedAndTheControlPlanesOwnIsNotRead() throws Exception {
    assertThat(said(3, "cluster", "add", "bed", "--kubeconfig", "none"))
        .contains("there is no kubeconfig that can be read at", "--kubeconfig FILE");
    server.answering("POST /clusters", cluster("bed", false, null));
    server.answering("POST /clusters/bed/examination", FOUND);
    said(0, "cluster", "add", "bed", "--on-server");
    assertThat(server.requests.take()).contains("POST /clusters").doesNotContain("kind");
  }

  @Test
  void theDoctorFailsWhereEnvironmentsCannotRun() throws Exception {
    server.answering("POST /clusters/bed/examination", FOUND);
    assertThat(said(0, "cluster", "doctor", "bed", "--probe-image", "acme/box:1"))
        .contains("! network policy  not enforced");
    assertThat(server.requests.take()).contains("\"probeImage\":\"acme/box:1\"");
    var rights = new Check("rights", "failing", "may not: get pods", "grant it:\nkind: Role");
    server.answering("POST /clusters/bed/examination", List.of(rights));
    assertThat(said(1, "cluster", "doctor", "bed")).contains("→ grant it:", "    kind: Role");
  }

  @Test
  void clustersAreListedWithWhatIsWrong() {
    server.answering("GET /clusters", List.of());
    assertThat(said(0, "cluster", "list")).contains("No clusters. Next: ");
    var full = cluster("full", false, null, 3);
    var list = List.of(cluster("bed", false, null), full, cluster("old", true, "no key"));
    server.answering("GET /clusters", list);
    assertThat(said(0, "cluster", "list"))
        .isEqualTo(
            """
            CLUSTER  ENVIRONMENTS  MOST  NEW ONES       PROBLEM
            bed      3             9     yes            -
            full     3             3     no (full)      -
            old      3             9     no (cordoned)  no key
            """);
  }

  @Test
  void showSaysWhatTheClusterAnsweredAndFailsWhenItDoesNot() {
    server.answering("GET /environments", List.of());
    server.answering("GET /clusters/bed", cluster("bed", false, null));
    assertThat(said(0, "cluster", "show", "bed"))
        .contains("v1.34.4", "all we need", "of at most 9");
    server.answering("GET /clusters/bed", cluster("bed", false, "does not answer"));
    assertThat(said(1, "cluster", "show", "bed")).contains("problem", "does not answer");
  }

  @Test
  void aNameThatIsWrongHasTheNearestOne() {
    server.answering("GET /clusters", List.of(cluster("bed", false, null)));
    for (var verb : List.of("show", "cordon", "uncordon", "remove")) {
      assertThat(said(3, "cluster", verb, "bet"))
          .contains("there is no cluster `bet`. Did you mean `bed`?", "cluster list");
    }
  }

  @Test
  void labelsAreSetAndRemoved() throws Exception {
    server.answering("POST /clusters/bed/labels", cluster("bed", false, null));
    server.answering("GET /clusters", List.of(cluster("bed", false, null)));
    assertThat(said(0, "cluster", "label", "bed", "region=eu", "size-"))
        .isEqualTo("bed has gpu=,region=eu.\nnote: bed has no label `size`\n");
    server.requests.take();
    assertThat(server.requests.take())
        .contains("{\"set\":{\"region\":\"eu\"},\"remove\":[\"size\"]}");
    assertThat(said(2, "cluster", "label", "bed", "region"))
        .contains("`region` is not a label", "write region=VALUE to set it, or region- to remove");
    for (var again : List.of("a=2", "a-")) {
      assertThat(said(2, "cluster", "label", "bed", "a=1", again))
          .contains("the label `a` is given twice");
    }
  }

  @Test
  void aClusterIsCordonedAndRemoved() {
    server.answering("POST /clusters/bed/cordon", cluster("bed", true, null));
    assertThat(said(0, "cluster", "cordon", "bed")).contains("takes no new environments");
    assertThat(said(0, "cluster", "uncordon", "bed")).contains("again");
    server.answering("DELETE /clusters/bed", "");
    assertThat(said(0, "cluster", "remove", "bed")).contains("Removed bed.");
  }
}
