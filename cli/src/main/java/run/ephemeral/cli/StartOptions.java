package run.ephemeral.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Where a control plane listens if the command starts one.
final class StartOptions {
  @Option(
      names = "--listen",
      paramLabel = "ADDRESS",
      description =
          "Where the API listens. Default: as last time in this $$EPHEMERAL_HOME, at first"
              + " 127.0.0.1:7070.")
  @Nullable String listen;

  @Option(
      names = "--gateway-port",
      paramLabel = "PORT",
      description =
          "The port of all environments' URLs. Default: as last time in this $$EPHEMERAL_HOME, at"
              + " first 8080.")
  @Nullable Integer gatewayPort;

  /// System properties for the given options only: the control plane has the defaults.
  Map<String, String> settings() {
    var settings = new LinkedHashMap<String, String>();
    if (listen != null) {
      settings.put("ephemeral.listen", listen);
    }
    if (gatewayPort != null) {
      settings.put("ephemeral.gateway.port", gatewayPort.toString());
    }
    return settings;
  }

  /// The running control plane, else one started with these options. Prints a note if one runs
  /// already, because then the options have no effect.
  Cli.Connection connect(Cli cli) {
    var connection = cli.connectionOrStart(settings());
    if (!connection.started() && !settings().isEmpty()) {
      cli.err()
          .line(
              "note: a control plane runs already at %s; --listen and --gateway-port change"
                      .formatted(connection.api().base())
                  + " nothing now");
    }
    return connection;
  }
}
