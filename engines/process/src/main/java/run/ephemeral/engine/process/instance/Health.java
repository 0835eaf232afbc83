package run.ephemeral.engine.process.instance;

import java.io.IOException;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.engine.process.command.ProcessTree;

/// Asks a service whether it can serve.
public final class Health {
  private static final String SILENCE = "nothing listens on its port ";
  private static final int PATIENCE_MILLIS = 2_000;

  /// Some programs listen on one of them only: what `localhost` resolves to.
  private static final List<String> LOOPBACKS = List.of("127.0.0.1", "::1");

  private Health() {}

  /// @param path empty to ask only for a connection
  /// @return why the service cannot serve; empty if it can
  public static Optional<String> problem(int port, Optional<String> path) {
    for (var loopback : LOOPBACKS) {
      var problem =
          path.isPresent() ? answer(loopback, port, path.get()) : connection(loopback, port);
      if (!problem.equals(silence(port))) {
        return problem;
      }
    }
    return silence(port);
  }

  private static Optional<String> connection(String loopback, int port) {
    try (var socket = new Socket(Proxy.NO_PROXY)) {
      socket.connect(new InetSocketAddress(InetAddress.ofLiteral(loopback), port), PATIENCE_MILLIS);
      // If nothing listens, TCP may in rare cases connect a socket to itself.
      return socket.getLocalPort() == port ? silence(port) : Optional.empty();
    } catch (ConnectException | NoRouteToHostException | SocketTimeoutException e) {
      return silence(port);
    } catch (IOException e) {
      throw notAsked(port, e);
    }
  }

  /// For failures of this process, not of the service, such as a lack of file descriptors.
  private static FaultException notAsked(int port, IOException e) {
    var message = "nobody can be asked on port %d: %s".formatted(port, e.getMessage());
    return new FaultException(Fault.external(message, e), e);
  }

  private static Optional<String> silence(int port) {
    return Optional.of(SILENCE + port + " ($PORT)");
  }

  /// A problem, with the ports on which the processes listen instead, if any.
  public static String explained(String problem, ProcessTree tree, int port) {
    return problem.startsWith(SILENCE)
        ? problem + Listening.elsewhere(tree.members(), port).map("; "::concat).orElse("")
        : problem;
  }

  private static Optional<String> answer(String loopback, int port, String path) {
    try {
      var host = loopback.contains(":") ? "[" + loopback + "]" : loopback;
      var url = URI.create("http://" + host + ":" + port + path).toURL();
      var request = (HttpURLConnection) url.openConnection(Proxy.NO_PROXY);
      request.setConnectTimeout(PATIENCE_MILLIS);
      request.setReadTimeout(PATIENCE_MILLIS);
      request.setInstanceFollowRedirects(false);
      request.setRequestProperty("Connection", "close");
      // Like a browser: many pages are served only to clients that accept HTML.
      request.setRequestProperty("Accept", "text/html,*/*;q=0.8");
      var code = request.getResponseCode();
      request.disconnect();
      return code >= 200 && code < 400
          ? Optional.empty()
          : Optional.of("GET " + path + " answered " + code);
    } catch (ConnectException | NoRouteToHostException e) {
      return silence(port);
    } catch (SocketException e) {
      if (String.valueOf(e.getMessage()).contains("Too many open files")) {
        throw notAsked(port, e);
      }
      return Optional.of("GET " + path + " got no answer: " + e.getMessage());
    } catch (IOException | IllegalArgumentException e) {
      return Optional.of("GET " + path + " got no answer: " + e.getMessage());
    }
  }

  /// The time between two checks: short at first, when the service is likely to be ready soon.
  public static Duration pause(Duration waited) {
    return Duration.ofMillis(Math.clamp(waited.toMillis() / 20, 1, 250));
  }
}
