package run.ephemeral.engine.kubernetes.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Private keys as openssl, kind and k3s write them.
class PemTest {
  @TempDir private Path folder;

  private PrivateKey made(String... command) throws Exception {
    var file = folder.resolve("key");
    var all = new java.util.ArrayList<>(List.of("openssl"));
    all.addAll(List.of(command));
    var process =
        new ProcessBuilder(all)
            .redirectOutput(file.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.waitFor()).isZero();
    return Pem.key(Files.readString(file));
  }

  private static boolean hasOpenssl() throws Exception {
    try {
      return new ProcessBuilder("openssl", "version").start().waitFor() == 0;
    } catch (java.io.IOException e) {
      return false;
    }
  }

  @Test
  void keysOfEveryUsualFormAreRead() throws Exception {
    assumeTrue(hasOpenssl(), "openssl is not installed");
    for (var curve : List.of("prime256v1", "secp384r1", "secp521r1")) {
      assertThat(made("ecparam", "-genkey", "-name", curve).getAlgorithm()).isEqualTo("EC");
      assertThat(made("ecparam", "-genkey", "-noout", "-name", curve).getAlgorithm())
          .isEqualTo("EC");
    }
    assertThat(made("genrsa", "-traditional", "2048").getAlgorithm()).isEqualTo("RSA");
    assertThat(made("genrsa", "2048").getAlgorithm()).isEqualTo("RSA");
    assertThat(made("genpkey", "-algorithm", "ed25519").getAlgorithm()).isEqualTo("EdDSA");
  }

  @Test
  void whatIsNoKeyIsSaidToBeNone() {
    for (var text :
        List.of(
            "",
            "secret",
            "-----BEGIN EC PRIVATE KEY-----\nMAMCAQE=\n-----END EC PRIVATE KEY-----")) {
      assertThatThrownBy(() -> Pem.key(text)).isInstanceOf(GeneralSecurityException.class);
    }
  }
}
