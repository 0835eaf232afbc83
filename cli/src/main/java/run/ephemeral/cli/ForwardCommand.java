package run.ephemeral.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import run.ephemeral.cli.api.ControlPlane;
import run.ephemeral.cli.api.Json;
import run.ephemeral.cli.api.MessageStream;
import run.ephemeral.cli.output.Plain;
import run.ephemeral.cli.output.Records;
import run.ephemeral.wire.EnvironmentView;

@Command(
    name = "forward",
    description = "Reach a service by a port of this machine, until Ctrl-C.",
    footerHeading =
        "%nAny protocol over TCP can be used. A connection wakes a sleeping environment, and keeps"
            + " it awake while%nit is open.%n%nExamples%n",
    footer = {
      "  ${ROOT-COMMAND-NAME} forward pr-shop-1 api 9000     http://127.0.0.1:9000",
      "  ${ROOT-COMMAND-NAME} forward 1 cache"
    })
final class ForwardCommand implements Callable<Integer> {
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
  private static final int BACKLOG = 128;
  private static final int HIGHEST_PORT = 65_535;
  private static final int PIECE = 16 * 1024;

  private final Cli cli;

  @Parameters(index = "0", paramLabel = "NAME", description = "The environment.")
  private String name = "";

  @Parameters(index = "1", paramLabel = "SERVICE", description = "One of its services.")
  private String service = "";

  @Parameters(
      index = "2",
      arity = "0..1",
      paramLabel = "PORT",
      description = "The port of this machine. Default: a free one, which is printed.")
  private int port;

  ForwardCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws IOException {
    if (port < 0 || port > HIGHEST_PORT) {
      throw new CliFault(Exit.USAGE, "%d is no port; use 1 to %d".formatted(port, HIGHEST_PORT));
    }
    var api = cli.api();
    var environment = new Environments(cli, api).find(name).environment();
    Environments.checkService(environment, service);
    var path =
        "%s/services/%s/forward"
            .formatted(Environments.path(environment.name()), ControlPlane.encoded(service));
    try (var listener = listen()) {
      tell(environment, listener.getLocalPort());
      while (!cli.out().closed()) {
        var socket = listener.accept();
        Thread.startVirtualThread(() -> serve(socket, api, path));
      }
    }
    return Exit.PIPE_CLOSED;
  }

  private ServerSocket listen() {
    try {
      return new ServerSocket(port, BACKLOG, LOOPBACK);
    } catch (IOException e) {
      throw new CliFault(
          Exit.FAILED,
          "port %d of this machine cannot be used: %s".formatted(port, Why.of(e)),
          "leave the port out, and a free one is taken");
    }
  }

  private void tell(EnvironmentView environment, int local) {
    var address = "127.0.0.1:" + local;
    if (cli.format().forPrograms()) {
      var fields =
          Map.of("environment", environment.name(), "service", service, "address", address);
      Records.print(cli.out(), cli.format(), Json.tree(fields));
    } else {
      cli.out().line("%s -> %s of %s".formatted(address, service, environment.name()));
    }
  }

  private void serve(Socket socket, ControlPlane api, String path) {
    try (socket;
        var there = api.messages(path)) {
      socket.setTcpNoDelay(true);
      var _ = Thread.startVirtualThread(() -> send(socket, there));
      receive(there, socket);
    } catch (CliFault e) {
      cli.err().line(Plain.of(String.valueOf(e.getMessage())));
    } catch (IOException e) {
      // The program that connected has gone.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// An empty message says that its direction has ended.
  private static void send(Socket socket, MessageStream there) {
    var piece = new byte[PIECE];
    try {
      var in = socket.getInputStream();
      for (var read = in.read(piece); read >= 0; read = in.read(piece)) {
        there.write(piece, read);
      }
      there.write(piece, 0);
    } catch (IOException e) {
      there.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void receive(MessageStream there, Socket socket)
      throws IOException, InterruptedException {
    var out = socket.getOutputStream();
    for (var next = there.read(); next.isPresent(); next = there.read()) {
      if (next.get().length == 0) {
        socket.shutdownOutput();
      } else {
        out.write(next.get());
      }
    }
  }
}
