package run.ephemeral.core.gateway;

import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.spec.ComponentName;

/// The addresses at which visitors reach environments.
///
/// @param scheme http or https
/// @param name the suffix after the environment's label in a host name, such as `localhost`
/// @param port omitted from addresses when it is the default port of the scheme
public record Domain(String scheme, String name, int port) {
  /// The public address of an environment, such as `http://pr-shop-1.localhost:8080`.
  public String url(EnvironmentName environment) {
    return url(environment.value());
  }

  /// The public address of one service, such as `http://api--pr-shop-1.localhost:8080`.
  public String url(EnvironmentName environment, ComponentName service) {
    return url(service + "--" + environment);
  }

  private String url(String label) {
    var usual = scheme.equals("https") ? 443 : 80;
    return "%s://%s.%s%s".formatted(scheme, label, name, port == usual ? "" : ":" + port);
  }
}
