package run.ephemeral.engine.process.instance;

import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import run.ephemeral.core.data.Database;
import run.ephemeral.core.data.Databases;
import run.ephemeral.core.gateway.Domain;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.spec.Reference;
import run.ephemeral.engine.process.command.Toolchain;

/// Resolves references in variables, and adds the variables that every process gets.
public final class Variables {
  /// For commands other than the service itself: a second copy of it may take any port.
  public static final ToIntFunction<String> NO_PORT = field -> 0;

  private final Toolchain toolchain;
  private final Databases databases;
  private final Addresses addresses;
  private final Supplier<Domain> domain;

  public Variables(
      Toolchain toolchain, Databases databases, Addresses addresses, Supplier<Domain> domain) {
    this.toolchain = toolchain;
    this.databases = databases;
    this.addresses = addresses;
    this.domain = domain;
  }

  /// The whole environment of a process.
  ///
  /// @param env as in the file, with `${pr.*}` filled in
  /// @param ownPort gives the ports of this one start, by the field in `${self.*}`
  public Map<String, String> of(
      EnvironmentKey environment, Map<String, String> env, ToIntFunction<String> ownPort) {
    var all = toolchain.variables();
    all.put("EPHEMERAL_ENVIRONMENT", environment.name().value());
    all.put("EPHEMERAL_URL", domain.get().url(environment.name()));
    if (!env.isEmpty()) {
      var known = databases.of(environment);
      env.forEach(
          (name, template) ->
              all.put(
                  name,
                  Reference.resolve(
                      template,
                      ref ->
                          ref.isOwnPort()
                              ? Integer.toString(ownPort.applyAsInt(ref.field()))
                              : value(environment, known, ref))));
    }
    return all;
  }

  /// @param known the environment's databases: they are copied before any service starts
  private String value(
      EnvironmentKey environment, Map<ComponentName, Database> known, Reference reference) {
    if (reference.owner().equals("env")) {
      return reference.field().equals("name")
          ? environment.name().value()
          : domain.get().url(environment.name());
    }
    var component = new ComponentName(reference.owner());
    return Optional.ofNullable(known.get(component))
        .map(database -> database(database, reference.field()))
        .orElseGet(() -> service(environment, component, reference.field()));
  }

  private String service(EnvironmentKey environment, ComponentName service, String field) {
    if (field.equals("public_url")) {
      return domain.get().url(environment.name(), service);
    }
    var port = Integer.toString(addresses.port(environment, service));
    return switch (field) {
      case "host" -> "127.0.0.1";
      case "port" -> port;
      default -> "http://127.0.0.1:" + port;
    };
  }

  private static String database(Database database, String field) {
    return switch (field) {
      case "url" -> database.url();
      case "jdbc_url" -> database.jdbcUrl();
      case "host" -> database.host();
      case "port" -> Integer.toString(database.port());
      case "name" -> database.name();
      case "user" -> database.user();
      default -> database.password();
    };
  }
}
