package run.ephemeral.engine.kubernetes.client;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import javax.net.ssl.SSLHandshakeException;

/// Why there is no answer, in words for people.
final class Unanswered {
  private static final String STRANGER =
      "its certificate is not signed by the authority of the kubeconfig"
          + " (`certificate-authority-data`)";

  private Unanswered() {}

  static String why(IOException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      switch (cause) {
        case UnresolvedAddressException _, UnknownHostException _ -> {
          return "its host name is unknown";
        }
        case CertificateExpiredException _ -> {
          return "its certificate has expired; the cluster's administrator has to renew it";
        }
        case CertificateNotYetValidException _ -> {
          return "its certificate is not valid yet; a clock is wrong, there or here";
        }
        case CertPathBuilderException _ -> {
          return STRANGER;
        }
        // Another authority of the same name, such as that of a cluster that was made anew.
        case CertPathValidatorException path
            when path.getReason() == BasicReason.INVALID_SIGNATURE -> {
          return STRANGER;
        }
        case EOFException _ -> {
          return "it ended the connection before its answer";
        }
        default -> {}
      }
    }
    return e instanceof ConnectException && e.getMessage() == null
        ? "connection refused"
        : e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  /// Whether a new connection may do better at once: this one broke, such as one that the server
  /// had closed while it was idle.
  static boolean isBroken(IOException e) {
    return !(e instanceof ConnectException
        || e instanceof HttpTimeoutException
        || e instanceof SSLHandshakeException);
  }
}
