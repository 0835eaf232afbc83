package run.ephemeral.engine.kubernetes.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Kubeconfigs as people have them, and as they should not be.
class KubeconfigTest {
  private static final String FILE =
      """
      apiVersion: v1
      kind: Config
      current-context: dev
      clusters:
        - name: east
          cluster: { server: "https://east.example:6443/", certificate-authority-data: %s }
        - name: west
          cluster: { server: "https://west.example" }
      users:
        - name: ann
          user: { token: secret }
        - name: ci
          user:
            exec:
              apiVersion: client.authentication.k8s.io/v1
              command: aws
              args: [eks, get-token]
              env: [{ name: AWS_PROFILE, value: dev }]
              interactiveMode: Never
      contexts:
        - name: dev
          context: { cluster: east, user: ann, namespace: default }
        - name: prod
          context: { cluster: west, user: ci }
      """
          .formatted(Base64.getEncoder().encodeToString("PEM".getBytes(StandardCharsets.UTF_8)));

  @Test
  void theCurrentContextIsReadUnlessAnotherIsNamed() {
    var dev = Kubeconfig.read(FILE, Optional.empty());
    assertThat(dev.server()).isEqualTo(URI.create("https://east.example:6443"));
    assertThat(dev.authority()).contains("PEM");
    assertThat(dev.user()).isEqualTo(new Kubeconfig.User.WithToken("secret"));
    var prod = Kubeconfig.read(FILE, Optional.of("prod"));
    assertThat(prod.server().getHost()).startsWith("west");
    assertThat(prod.user())
        .isEqualTo(
            new Kubeconfig.User.WithCommand(
                "client.authentication.k8s.io/v1",
                List.of("aws", "eks", "get-token"),
                Map.of("AWS_PROFILE", "dev")));
  }

  @Test
  void whatIsOfTheDiskIsKnownAsSuch() {
    var file = FILE.replace("token: secret", "tokenFile: /run/token, token: old");
    var user = Kubeconfig.read(file, Optional.empty()).user();
    assertThat(user).isEqualTo(new Kubeconfig.User.WithTokenFile(Path.of("/run/token")));
    assertThat(user.isOfDisk()).isTrue();
    assertThat(Kubeconfig.read(FILE, Optional.of("prod")).user().isOfDisk()).isTrue();
    assertThat(Kubeconfig.read(FILE, Optional.empty()).user().isOfDisk()).isFalse();
  }

  private static void check(String file, String why) {
    assertThatThrownBy(() -> Kubeconfig.read(file, Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }

  @Test
  void whatCannotBeUsedIsRefusedWithAReason() {
    check("", "no mapping");
    check("a: [", "no YAML");
    check("a: &a [1]\nb: *a", "no YAML");
    check("kind: Config", "no current-context");
    check(FILE.replace("current-context: dev", "current-context: test"), "no `test` in `contexts`");
    check(FILE.replace("user: ann", "user: eve"), "no `eve` in `users`, only [ann, ci]");
    check(FILE.replace("https://east", "http://east"), "no https URL");
    check(FILE.replace("token: secret", "tokenFile: token"), "is no absolute path");
    check(FILE.replace("token: secret", "client-key: /root/key"), "`client-key` is not read");
    check(FILE.replace("token: secret", "x: y"), "neither certificate, token nor `exec`");
    check(
        FILE.replace("certificate-authority-data:", "insecure-skip-tls-verify: true, x:"),
        "`insecure-skip-tls-verify` is refused");
    check("a: " + "x".repeat(2 << 20), "more than 1 MiB");
    check(
        FILE.replace("certificate-authority-data:", "tls-server-name: x, y:"),
        "`tls-server-name` is not read");
  }

  @Test
  void noMessageQuotesASecret() {
    for (var token : List.of("'s3cret", "[s3cret", "\"s3cret\\nx\"")) {
      var file = FILE.replace("token: secret", "token: " + token);
      assertThatThrownBy(() -> Kubeconfig.read(file, Optional.empty()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageNotContaining("s3cret");
    }
  }

  @Test
  void oneContextIsKeptAndNothingOfTheOthers() {
    var only = Kubeconfig.only(FILE, Optional.of("prod"));
    assertThat(only).doesNotContain("secret", "east");
    assertThat(Kubeconfig.read(only, Optional.empty()))
        .isEqualTo(Kubeconfig.read(FILE, Optional.of("prod")));
  }
}
