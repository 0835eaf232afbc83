package run.ephemeral.engine.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import run.ephemeral.engine.process.instance.Health;

class HealthTest {
  @Test
  void aPathIsAskedForAsABrowserDoes() throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          var accepts = String.valueOf(exchange.getRequestHeaders().getFirst("Accept"));
          exchange.sendResponseHeaders(accepts.contains("text/html") ? 200 : 404, -1);
          exchange.close();
        });
    server.start();
    try {
      assertThat(Health.problem(server.getAddress().getPort(), Optional.of("/"))).isEmpty();
    } finally {
      server.stop(0);
    }
  }
}
