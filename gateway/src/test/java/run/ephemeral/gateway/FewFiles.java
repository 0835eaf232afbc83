package run.ephemeral.gateway;

import static run.ephemeral.gateway.Street.SHOP;
import static run.ephemeral.gateway.Street.WEB;
import static run.ephemeral.gateway.Street.notice;

import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import run.ephemeral.core.environment.Phase;
import run.ephemeral.core.spec.ComponentName;

/// A process with a gateway, started with a small limit of open files: reads commands from its
/// input, and writes the result of each to its output.
final class FewFiles {
  private final Gateway gateway;
  private final List<FileInputStream> taken = new ArrayList<>();
  private int services;

  private FewFiles(Gateway gateway) {
    this.gateway = gateway;
  }

  /// @param args the port of a service, and the gateway's limit of connections
  public static void main(String[] args) throws IOException {
    int connections = Integer.parseInt(args[1]);
    var limits = GatewayConfig.Limits.usual().withConnections(connections, connections);
    try (var gateway = new Gateway(GatewayConfig.local(0).withLimits(limits), _ -> {})) {
      gateway.start();
      gateway.show(SHOP, notice(Phase.READY, "web"));
      gateway.route(SHOP, WEB, Integer.parseInt(args[0]));
      var here = new FewFiles(gateway);
      here.say(Integer.toString(gateway.port()));
      var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (var line = in.readLine(); line != null; line = in.readLine()) {
        here.say(here.act(line));
      }
    }
  }

  @SuppressWarnings("SystemOut") // The other process reads it.
  private void say(String line) {
    System.out.println(line);
    System.out.flush();
  }

  private String act(String command) throws IOException {
    return switch (command) {
      case "take" -> {
        while (takes()) {}
        yield "none left";
      }
      case "give one" -> {
        taken.removeLast().close();
        yield "gave";
      }
      case "give" -> {
        while (!taken.isEmpty()) {
          taken.removeLast().close();
        }
        yield "gave";
      }
      case "address" -> address(new ComponentName("s" + services++));
      case "address of web" -> address(WEB);
      default -> "what?";
    };
  }

  private boolean takes() {
    try {
      taken.add(new FileInputStream("/dev/null"));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private String address(ComponentName service) {
    try {
      return Integer.toString(gateway.address(SHOP, service, 0));
    } catch (UncheckedIOException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
