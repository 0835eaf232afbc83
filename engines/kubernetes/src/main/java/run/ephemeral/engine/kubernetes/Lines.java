package run.ephemeral.engine.kubernetes;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import run.ephemeral.core.cluster.ClusterSettings.Reach;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.engine.kubernetes.client.ApiServer;

/// Connects sockets of this machine with services of a cluster.
final class Lines {
  private static final int CONNECT_MILLIS = 3000;

  private final ApiServer api;
  private final Reach reach;

  Lines(ApiServer api, Reach reach) {
    this.api = api;
    this.reach = reach;
  }

  /// A pod, and not the Service: the address of a Service leads nowhere, or to another machine of
  /// the network, until the nodes know of it.
  ///
  /// @param pods those that serve
  /// @param port on which the pods listen
  record Destination(EnvironmentKey environment, List<Pods.Ready> pods, int port) {
    Destination {
      pods = List.copyOf(pods);
    }
  }

  /// Copies bytes in both directions until one side ends.
  void join(Socket socket, Destination to) throws IOException, InterruptedException {
    if (to.pods().isEmpty()) {
      return;
    }
    switch (reach) {
      case DIRECT -> direct(socket, to);
      case FORWARD -> forward(socket, to);
    }
  }

  private static void direct(Socket socket, Destination to)
      throws IOException, InterruptedException {
    try (var service = new Socket()) {
      service.setTcpNoDelay(true);
      var address = to.pods().getFirst().address();
      service.connect(new InetSocketAddress(address, to.port()), CONNECT_MILLIS);
      var back = Thread.startVirtualThread(() -> copy(service, socket));
      copy(socket, service);
      back.join();
    }
  }

  /// Copies until the end, and passes the end on, so that the other direction goes on.
  private static void copy(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
      to.shutdownOutput();
    } catch (IOException e) {
      close(from);
      close(to);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is closed already.
    }
  }

  private void forward(Socket socket, Destination to) throws IOException, InterruptedException {
    var path = new Paths(to.environment()).core("pods") + "/" + to.pods().getFirst().name();
    try (var pod = PortForward.open(api, path, to.port(), socket.getOutputStream())) {
      pod.send(socket.getInputStream());
    }
  }
}
