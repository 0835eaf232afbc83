package run.ephemeral.engine.kubernetes;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import run.ephemeral.core.gateway.Domain;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.release.Component;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.spec.Reference;
import run.ephemeral.engine.kubernetes.object.Container;

/// The variables of a container, with every reference resolved: other services by the names that
/// the cluster's DNS gives their Services.
///
/// @param domain under which visitors reach environments
record Variables(Supplier<Domain> domain) {
  Map<String, String> of(EnvironmentKey environment, Component.Container container) {
    return of(environment, container.env(), Container.port(container));
  }

  Map<String, String> of(EnvironmentKey environment, Map<String, String> env, int port) {
    var resolved = new HashMap<String, String>();
    env.forEach(
        (name, value) ->
            resolved.put(
                name, Reference.resolve(value, reference -> value(environment, reference, port))));
    return resolved;
  }

  private String value(EnvironmentKey environment, Reference reference, int port) {
    return switch (reference.owner()) {
      case "env" ->
          reference.field().equals("name")
              ? environment.name().value()
              : domain.get().url(environment.name());
      case Reference.SELF -> Integer.toString(port);
      default -> service(environment, new ComponentName(reference.owner()), reference.field());
    };
  }

  private String service(EnvironmentKey environment, ComponentName service, String field) {
    return switch (field) {
      case "url" -> "http://" + service;
      case "public_url" -> domain.get().url(environment.name(), service);
      case "host" -> service.value();
      default -> Integer.toString(Container.HTTP);
    };
  }
}
