package run.ephemeral.engine.kubernetes.client;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/// The TLS side of a connection to an API server.
final class Tls {
  private static final char[] NO_PASSWORD = new char[0];

  private Tls() {}

  /// @param authority in PEM; empty for the authorities of the JDK
  static SSLContext context(
      Optional<String> authority, Optional<Kubeconfig.User.WithCertificate> client) {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(
          client.isPresent() ? keys(client.get()) : null,
          authority.isPresent() ? trust(authority.get()) : null,
          null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException(
          "a certificate or key of the kubeconfig cannot be read: " + e.getMessage(), e);
    }
  }

  private static TrustManager[] trust(String authority)
      throws GeneralSecurityException, IOException {
    var store = empty();
    var number = 0;
    for (var certificate : Pem.certificates(authority)) {
      store.setCertificateEntry("authority-" + number++, certificate);
    }
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static KeyManager[] keys(Kubeconfig.User.WithCertificate client)
      throws GeneralSecurityException, IOException {
    var store = empty();
    var chain = Pem.certificates(client.certificate()).toArray(new Certificate[0]);
    store.setKeyEntry("client", Pem.key(client.key()), NO_PASSWORD, chain);
    var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, NO_PASSWORD);
    return factory.getKeyManagers();
  }

  private static KeyStore empty() throws GeneralSecurityException, IOException {
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, NO_PASSWORD);
    return store;
  }
}
