package run.ephemeral.engine.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import run.ephemeral.core.cluster.ClusterSettings;
import run.ephemeral.core.cluster.Finding;
import run.ephemeral.core.cluster.Finding.Level;
import run.ephemeral.engine.kubernetes.client.ApiServer;
import run.ephemeral.engine.kubernetes.client.Kubeconfig;
import run.ephemeral.engine.kubernetes.object.Labels;
import run.ephemeral.testkit.TestBed;

/// What `cluster doctor` finds on a real cluster.
@EnabledIf("run.ephemeral.testkit.TestBed#isUp")
class ExaminationTest {
  private static final String INSTALLATION = TestEngine.installation();

  @AfterEach
  void erase() {
    TestEngine.erase(INSTALLATION);
  }

  private static List<Finding> examine(String kubeconfig, String image) throws Exception {
    try (var api = new ApiServer(Kubeconfig.read(kubeconfig, Optional.empty()))) {
      var labels = new Labels(INSTALLATION);
      var trial = new PolicyTrial(api, labels, ClusterSettings.DEFAULT, image);
      return new ClusterExamination(api, trial).run();
    }
  }

  private static Finding policy(String image) throws Exception {
    return examine(Files.readString(TestBed.kubeconfig()), image).getLast();
  }

  @Test
  void aClusterThatEnforcesNetworkPolicyIsFoundWell() throws Exception {
    var findings = examine(Files.readString(TestBed.kubeconfig()), TestBed.BUSYBOX);
    assertThat(findings).allMatch(finding -> finding.level() == Level.OK);
    assertThat(findings)
        .extracting(Finding::detail)
        .contains("1 of 1 are ready (linux/amd64)", "hostpath (default)")
        .contains("enforced: a pod of another namespace was kept out");
  }

  @Test
  void withoutAnImageThePolicyIsNotTriedAndTheOptionIsNamed() throws Exception {
    var policy = policy(TestBed.REGISTRY + "/no/such:1");
    assertThat(policy.level()).isEqualTo(Level.WARNING);
    assertThat(policy.detail()).contains("not tried: its image", "/no/such:1 cannot be pulled");
    assertThat(policy.fix()).contains("--probe-image");
  }

  /// A kube-router that does not run makes no rules for new pods.
  @Test
  @Tag("long")
  void aClusterThatLetsEverythingPassIsFoundOut() throws Exception {
    try (var _ = TestBed.pause("kube-router")) {
      var policy = policy(TestBed.BUSYBOX);
      assertThat(policy.level()).isEqualTo(Level.WARNING);
      assertThat(policy.detail()).contains("not enforced");
    }
  }

  @Test
  void whatTheCredentialsMayNotDoIsNamedWithTheRoleThatGrantsIt() throws Exception {
    TestBed.kubectl("create", "ns", INSTALLATION);
    try {
      TestBed.kubectl("-n", INSTALLATION, "create", "serviceaccount", "nobody");
      var token = TestBed.kubectl("-n", INSTALLATION, "create", "token", "nobody").strip();
      var findings = examine(withToken(token), TestBed.BUSYBOX);
      var rights = findings.getLast();
      assertThat(rights.level()).isEqualTo(Level.FAILING);
      assertThat(rights.detail())
          .contains("may not: get deployments.apps", "create namespaces", "watch pods");
      assertThat(rights.fix()).contains("kind: ClusterRole", "resources: [pods/portforward]");
    } finally {
      TestBed.kubectl("delete", "ns", INSTALLATION, "--wait=false");
    }
  }

  private static String withToken(String token) throws Exception {
    return Files.readString(TestBed.kubeconfig())
        .replaceAll("client-certificate-data: [^}]*", "token: " + token);
  }
}
