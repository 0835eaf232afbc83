package run.ephemeral.engine.kubernetes.client;

import java.time.Instant;
import java.util.Optional;

/// The Authorization header of requests.
interface Authorization {
  /// Empty when a certificate says who asks.
  Optional<String> value();

  /// The server did not accept it.
  ///
  /// @return whether the next value may be another one
  default boolean refused() {
    return false;
  }

  /// @param status of an answer
  /// @return whether it was refused for these credentials, and the next value may be another one
  default boolean refused(int status) {
    return status == 401 && refused();
  }

  /// What is wrong with the credentials now, as far as they say it themselves.
  Optional<String> flaw(Instant now);

  static Authorization of(Kubeconfig.User user) {
    return switch (user) {
      case Kubeconfig.User.WithCertificate certificate -> new ByCertificate(certificate);
      case Kubeconfig.User.WithToken(var token) -> new ByToken(token);
      case Kubeconfig.User.WithTokenFile(var file) -> new TokenFile(file);
      case Kubeconfig.User.WithCommand command -> new CommandToken(command);
    };
  }

  static Optional<Kubeconfig.User.WithCertificate> certificate(Kubeconfig kubeconfig) {
    return kubeconfig.user() instanceof Kubeconfig.User.WithCertificate certificate
        ? Optional.of(certificate)
        : Optional.empty();
  }

  /// The TLS connection has it.
  record ByCertificate(Kubeconfig.User.WithCertificate certificate) implements Authorization {
    @Override
    public Optional<String> value() {
      return Optional.empty();
    }

    @Override
    public Optional<String> flaw(Instant now) {
      return Validity.ofCertificate(certificate.certificate(), now);
    }
  }

  /// A token that stays.
  record ByToken(String token) implements Authorization {
    @Override
    public Optional<String> value() {
      return Optional.of("Bearer " + token);
    }

    @Override
    public Optional<String> flaw(Instant now) {
      return Validity.ofToken(token, now);
    }
  }
}
