package run.ephemeral.engine.kubernetes.client;

import java.util.Optional;

/// The Authorization header of requests.
interface Authorization {
  /// Empty when a certificate says who asks.
  Optional<String> value();

  /// The server did not accept it: the next value should be a new one.
  default void refused() {}

  static Authorization of(Kubeconfig.User user) {
    return switch (user) {
      case Kubeconfig.User.WithCertificate _ -> Optional::empty;
      case Kubeconfig.User.WithToken(var token) -> () -> Optional.of("Bearer " + token);
      case Kubeconfig.User.WithCommand command -> new CommandToken(command);
    };
  }

  static Optional<Kubeconfig.User.WithCertificate> certificate(Kubeconfig kubeconfig) {
    return kubeconfig.user() instanceof Kubeconfig.User.WithCertificate certificate
        ? Optional.of(certificate)
        : Optional.empty();
  }
}
