package run.ephemeral.bench;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import run.ephemeral.core.environment.Phase;
import run.ephemeral.core.gateway.Notice;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.gateway.Gateway;
import run.ephemeral.gateway.GatewayConfig;

/// A process with one gateway per number of routes, configured as in the product. Exits at the end
/// of its input.
///
/// Two open files for each of ten thousand routes exceed a machine's limit, so only every n-th of
/// many routes leads to a port with a listener, and only those are visited.
final class GatewayProcess {
  private static final ComponentName WEB = new ComponentName("web");
  private static final int NOBODY = 40_000;

  private GatewayProcess() {}

  static String label(int route) {
    return "pr-shop-" + route;
  }

  /// @param arguments the echo's port, the backend's first port and number of ports, then the
  ///     numbers of routes
  public static void main(String... arguments) throws IOException {
    int echo = Integer.parseInt(arguments[0]);
    int first = Integer.parseInt(arguments[1]);
    int listening = Integer.parseInt(arguments[2]);
    for (int i = 3; i < arguments.length; i++) {
      int routes = Integer.parseInt(arguments[i]);
      var gateway = new Gateway(GatewayConfig.local(0), _ -> {});
      int every = Math.max(1, routes / listening);
      for (int route = 0; route < routes; route++) {
        route(gateway, label(route), route % every == 0 ? first + route / every : NOBODY + route);
      }
      route(gateway, "pr-echo-1", echo);
      gateway.start();
      System.out.println(gateway.port());
    }
    while (System.in.read() >= 0) {}
    System.exit(0);
  }

  private static void route(Gateway gateway, String label, int port) {
    var name = new EnvironmentName(label);
    var notice =
        new Notice(
            Phase.READY, Optional.of(WEB), Set.of(WEB), "All is well.", List.of(), List.of());
    gateway.show(name, notice);
    gateway.route(name, WEB, port);
  }
}
