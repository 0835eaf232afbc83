package run.ephemeral.testkit;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// The certificates of the test bed, as the JDK wants them. openssl, which the test bed needs
/// anyway, reads keys that the JDK does not.
final class Certificates {
  private static final String PASSWORD = "test";

  private Certificates() {}

  /// @param pki the folder of the test bed's certificates
  /// @param name of the certificate and key that this side has
  static SSLContext context(Path pki, String name)
      throws GeneralSecurityException, IOException, InterruptedException {
    var context = SSLContext.getInstance("TLS");
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(pair(pki, name), PASSWORD.toCharArray());
    var authority = KeyStore.getInstance("PKCS12");
    authority.load(null, null);
    try (var in = Files.newInputStream(pki.resolve("ca.crt"))) {
      authority.setCertificateEntry(
          "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(authority);
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  private static KeyStore pair(Path pki, String name)
      throws GeneralSecurityException, IOException, InterruptedException {
    var process =
        new ProcessBuilder(
                "openssl",
                "pkcs12",
                "-export",
                "-in",
                pki.resolve(name + ".crt").toString(),
                "-inkey",
                pki.resolve(name + ".key").toString(),
                "-passout",
                "pass:" + PASSWORD)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    process.getOutputStream().close();
    var bytes = process.getInputStream().readAllBytes();
    if (process.waitFor() != 0) {
      throw new IOException("openssl cannot read the certificate " + name);
    }
    var store = KeyStore.getInstance("PKCS12");
    store.load(new ByteArrayInputStream(bytes), PASSWORD.toCharArray());
    return store;
  }
}
