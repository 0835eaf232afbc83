package run.ephemeral.server.api;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Context;
import java.io.IOException;
import java.time.Duration;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.server.Passages;
import run.ephemeral.server.Passages.Passage;

/// Carries the bytes of a connection to the port of a service, as messages of a WebSocket.
@Path("/api/v1/environments/{name}/services/{service}/forward")
@RunOnVirtualThread
public final class ForwardResource {
  private static final Logger LOG = LoggerFactory.getLogger(ForwardResource.class);
  private static final int PIECE = 16 * 1024;

  /// How long a client may still send after the service has ended its direction: an open
  /// connection keeps the environment awake.
  private static final Duration HALF_CLOSED = Duration.ofMinutes(1);

  private final Passages passages;
  private final Finder finder;

  ForwardResource(Passages passages, Finder finder) {
    this.passages = passages;
    this.finder = finder;
  }

  /// An empty message says that its direction has ended; a text message why there is no connection.
  @GET
  @APIResponse(responseCode = "101", description = "A WebSocket of the connection's bytes")
  public void forward(
      @PathParam("name") String name,
      @PathParam("service") String service,
      @Suspended AsyncResponse unused,
      @Context HttpServerRequest request)
      throws IOException, InterruptedException {
    var environment = finder.environment(name);
    var known = Finder.service(finder.release(environment), service);
    if (!"websocket".equalsIgnoreCase(request.getHeader("Upgrade"))) {
      throw new IllegalArgumentException(
          "this address takes WebSockets; use `ephemeral forward %s %s`".formatted(name, service));
    }
    try (var client = ClientSocket.accept(request)) {
      join(client, environment, known);
    } catch (IOException e) {
      LOG.debug("a forwarded connection to {} of {} ended", service, name, e);
    }
  }

  private void join(ClientSocket client, Environment environment, ComponentName service)
      throws IOException, InterruptedException {
    try (var passage = passages.open(environment, service, client::isThere)) {
      client.atEnd(() -> close(passage));
      var back = Thread.startVirtualThread(() -> answer(passage, client));
      try {
        pass(client, passage);
      } finally {
        back.interrupt();
      }
    } catch (FaultException e) {
      client.fail(e.fault().message());
    }
  }

  private static void close(Passage passage) {
    try {
      passage.close();
    } catch (IOException e) {
      LOG.debug("a forwarded connection cannot be closed", e);
    }
  }

  /// Each direction ends by itself; the connection when both have.
  private static void pass(ClientSocket client, Passage passage)
      throws IOException, InterruptedException {
    var out = passage.socket().getOutputStream();
    for (var next = client.read(); next.isPresent(); next = client.read()) {
      if (next.get().length > 0) {
        out.write(next.get());
        continue;
      }
      passage.socket().shutdownOutput();
      if (passage.socket().isInputShutdown()) {
        return;
      }
    }
  }

  private static void answer(Passage passage, ClientSocket client) {
    var piece = new byte[PIECE];
    var socket = passage.socket();
    try {
      var in = socket.getInputStream();
      for (var read = in.read(piece); read >= 0; read = in.read(piece)) {
        client.write(piece, read);
      }
      client.write(piece, 0);
      socket.shutdownInput();
      if (!socket.isOutputShutdown()) {
        Thread.sleep(HALF_CLOSED);
      }
      client.close();
    } catch (IOException e) {
      LOG.debug("a forwarded connection ended", e);
      client.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
