package run.ephemeral.engine.kubernetes.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.testkit.Eventually;

/// Credentials that are replaced, and credentials that are not accepted.
class AuthorizationTest {
  private final Path folder;
  private final ToldServer server;

  AuthorizationTest(@TempDir Path folder) throws Exception {
    this.folder = folder;
    this.server = new ToldServer();
  }

  @AfterEach
  void close() {
    server.close();
  }

  private static Kubeconfig.User command(String... command) {
    return new Kubeconfig.User.WithCommand("v1", List.of(command), Map.of());
  }

  private void refused(Kubeconfig.User user, String why) {
    server.then(401, "{\"message\":\"Unauthorized\"}").then(401, "{}");
    try (var api = server.client(user)) {
      var refusal = catchThrowableOfType(ApiException.class, () -> api.get("/x"));
      assertThat(refusal).hasMessage(why.replace("HERE", server.address()));
    }
  }

  private static String jwt(String claims) {
    var base64 = Base64.getUrlEncoder().withoutPadding();
    return "e30." + base64.encodeToString(claims.getBytes(UTF_8)) + ".c2lnbmF0dXJl";
  }

  @Test
  void aTokenFileIsReadForEachRequest() throws Exception {
    var file = Files.writeString(folder.resolve("token"), "one\n");
    try (var api = server.client(new Kubeconfig.User.WithTokenFile(file))) {
      api.get("/x");
      Files.writeString(file, "two");
      api.get("/x");
      assertThat(server.authorizations).containsExactly("Bearer one", "Bearer two");
    }
  }

  @Test
  void aTokenFileWithoutATokenIsNamed() throws Exception {
    var file = Files.writeString(folder.resolve("empty"), "");
    try (var api = server.client(new Kubeconfig.User.WithTokenFile(file))) {
      assertThat(catchThrowableOfType(ApiException.class, () -> api.get("/x")))
          .hasMessage("the token file %s has no token".formatted(file));
      Files.delete(file);
      assertThat(catchThrowableOfType(ApiException.class, () -> api.get("/x")))
          .hasMessage("the token file %s cannot be read".formatted(file));
    }
  }

  @Test
  void credentialsThatCannotBeReadForAWhileUseUpNoRequests() throws Exception {
    var file = folder.resolve("late");
    try (var api = server.client(new Kubeconfig.User.WithTokenFile(file))) {
      for (int i = 0; i < 100; i++) {
        assertThat(catchThrowableOfType(ApiException.class, () -> api.get("/x"))).isNotNull();
      }
      Files.writeString(file, "there");
      api.get("/x");
      assertThat(server.authorizations).containsExactly("Bearer there");
    }
  }

  @Test
  void aPluginIsAskedAgainWhenItsTokenIsRefusedAlsoForWhatCreates() throws Exception {
    var count = folder.resolve("count");
    var plugin =
        Files.writeString(
            folder.resolve("plugin"),
            """
            #!/bin/sh
            echo x >> %1$s
            echo '{"status":{"token":"'$(wc -l < %1$s)'"}}'
            """
                .formatted(count));
    Files.setPosixFilePermissions(plugin, PosixFilePermissions.fromString("rwx------"));
    try (var api = server.client(command(plugin.toString()))) {
      api.get("/x");
      api.get("/x");
      server.then(401, "{}");
      api.create("/x", com.fasterxml.jackson.databind.node.JsonNodeFactory.instance.objectNode());
      assertThat(server.authorizations)
          .containsExactly("Bearer 1", "Bearer 1", "Bearer 1", "Bearer 2");
    }
  }

  @Test
  void whoIsInterruptedWhileAPluginRunsFailsAlone() throws Exception {
    var begun = folder.resolve("begun");
    var plugin =
        Files.writeString(
            folder.resolve("slow"),
            """
            #!/bin/sh
            [ -f %1$s ] || { touch %1$s; exec sleep 1000; }
            echo '{"status":{"token":"t"}}'
            """
                .formatted(begun));
    Files.setPosixFilePermissions(plugin, PosixFilePermissions.fromString("rwx------"));
    try (var api = server.client(command(plugin.toString()))) {
      var failed = new CompletableFuture<Throwable>();
      var first =
          Thread.startVirtualThread(() -> failed.complete(catchThrowable(() -> api.get("/x"))));
      Eventually.eventually("the plugin runs", () -> Files.exists(begun));
      first.interrupt();
      assertThat(failed.get()).isInstanceOf(ApiException.class);
      api.get("/x");
      assertThat(server.authorizations).containsExactly("Bearer t");
    }
  }

  @Test
  void aPluginThatIsNotThereIsNamed() {
    refused(
        command("kubelogin-none"),
        "the credential plugin `kubelogin-none` cannot be run on the control plane's machine;"
            + " install it there, or name another one in the kubeconfig");
    refused(command("false"), "the credential plugin `false` exited 1");
    refused(command("true"), "the credential plugin `true` printed no token");
  }

  @Test
  void aRefusalSaysWhatIsWrongWithTheCredentials() {
    var begin = "the API server at HERE does not accept the credentials: ";
    var end = "; use a newer kubeconfig (`cluster renew`)";
    refused(new Kubeconfig.User.WithToken("opaque"), begin + "they may have been revoked" + end);
    refused(
        new Kubeconfig.User.WithToken(jwt("{\"exp\":1769853600}")),
        begin + "the token expired at 2026-01-31 10:00 UTC" + end);
    for (var odd : List.of(jwt("{"), jwt("7"), "a.%.c", jwt("{\"exp\":\"x\"}"), jwt("{}"))) {
      refused(new Kubeconfig.User.WithToken(odd), begin + "they may have been revoked" + end);
    }
  }

  @Test
  void aClockThatIsWrongIsNamed() {
    var now = Instant.parse("2026-01-31T08:00:00Z");
    var early =
        " is valid only from 2026-01-31 10:00 UTC, and here it is 2026-01-31 08:00 UTC: a clock is"
            + " wrong";
    assertThat(Validity.ofToken(jwt("{\"nbf\":1769853600}"), now)).contains("the token" + early);
    assertThat(Validity.ofToken(jwt("{\"nbf\":1769846400,\"exp\":1769853600}"), now)).isEmpty();
    var certificate = server.authority();
    assertThat(Validity.ofCertificate(certificate, now).orElseThrow())
        .startsWith("the client certificate is valid only from ");
    assertThat(Validity.ofCertificate(certificate, Instant.now())).isEmpty();
    assertThat(Validity.ofCertificate(certificate, Instant.parse("2100-01-01T00:00:00Z")))
        .hasValueSatisfying(why -> assertThat(why).startsWith("the client certificate expired at"));
  }
}
