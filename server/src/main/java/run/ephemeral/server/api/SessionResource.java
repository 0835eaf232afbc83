package run.ephemeral.server.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Context;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.engine.Execution.Channel;
import run.ephemeral.core.engine.Execution.Piece;
import run.ephemeral.core.engine.Session;
import run.ephemeral.server.Hub;
import run.ephemeral.server.Inspections;

/// Runs a command that reads input, perhaps in a terminal, as messages of a WebSocket.
///
/// The first byte of each message is its type. From the client: 0 input (empty: its end),
/// 4 the size of the terminal, such as `80x24`. To the client: 1 standard output, 2 standard error,
/// 3 the exit code. A text message says why the command did not begin.
@Path("/api/v1/environments/{name}/session")
@RunOnVirtualThread
public final class SessionResource {
  private static final Logger LOG = LoggerFactory.getLogger(SessionResource.class);
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
  private static final byte INPUT = 0;
  private static final byte STDOUT = 1;
  private static final byte STDERR = 2;
  private static final byte EXIT = 3;
  private static final byte SIZE = 4;

  private final Inspections inspections;
  private final Hub hub;
  private final Finder finder;

  SessionResource(Inspections inspections, Hub hub, Finder finder) {
    this.inspections = inspections;
    this.hub = hub;
    this.finder = finder;
  }

  /// @param service absent: the first
  /// @param command the program and its arguments
  /// @param terminal its size, such as `80x24`; absent: no terminal
  @GET
  @APIResponse(responseCode = "101", description = "A WebSocket of input and output")
  public void session(
      @PathParam("name") String name,
      @QueryParam("service") @Nullable String service,
      @QueryParam("command") List<String> command,
      @QueryParam("terminal") @Nullable String terminal,
      @Suspended AsyncResponse unused,
      @Context HttpServerRequest request)
      throws IOException, InterruptedException {
    var environment = finder.environment(name);
    var release = finder.release(environment);
    var of =
        service == null
            ? release.spec().services().keySet().iterator().next()
            : Finder.service(release, service);
    if (command.isEmpty()) {
      throw new IllegalArgumentException("there is no command to run");
    }
    var size = Optional.ofNullable(terminal).map(Session.Size::parse);
    try (var client = ClientSocket.accept(request)) {
      try (var session = inspections.session(environment, of, command, size)) {
        join(client, session);
      } catch (FaultException e) {
        client.fail(e.fault().message());
      }
    } catch (IOException e) {
      LOG.debug("a command of {} lost its client", name, e);
    }
  }

  private void join(ClientSocket client, Session session) throws IOException, InterruptedException {
    client.atEnd(session::close);
    var input = Thread.startVirtualThread(() -> read(client, session));
    try {
      while (client.isThere() && !hub.isClosed()) {
        var piece = session.next(BETWEEN_LOOKS);
        if (piece.isPresent() && !pass(piece.get(), client)) {
          return;
        }
      }
    } finally {
      input.interrupt();
    }
  }

  /// @return whether more comes
  private static boolean pass(Piece piece, ClientSocket client)
      throws IOException, InterruptedException {
    return switch (piece) {
      case Piece.Output(var channel, var text) -> {
        write(client, channel == Channel.STDERR ? STDERR : STDOUT, text);
        yield true;
      }
      case Piece.Exited(var code) -> {
        write(client, EXIT, Integer.toString(code));
        yield false;
      }
    };
  }

  private static void write(ClientSocket client, byte kind, String text)
      throws IOException, InterruptedException {
    var bytes = text.getBytes(UTF_8);
    var message = new byte[bytes.length + 1];
    message[0] = kind;
    System.arraycopy(bytes, 0, message, 1, bytes.length);
    client.write(message, message.length);
  }

  private static void read(ClientSocket client, Session session) {
    try {
      for (var next = client.read(); next.isPresent(); next = client.read()) {
        take(next.get(), session);
      }
    } catch (IOException e) {
      LOG.debug("the input of a command ended", e);
    } catch (IllegalArgumentException e) {
      // No client of ours; it gets no more.
      LOG.debug("the input of a command is not understood", e);
      session.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void take(byte[] message, Session session)
      throws IOException, InterruptedException {
    if (message.length == 0) {
      return;
    }
    var rest = Arrays.copyOfRange(message, 1, message.length);
    switch (message[0]) {
      case INPUT -> session.write(rest);
      case SIZE -> session.resize(Session.Size.parse(new String(rest, UTF_8)));
      default -> throw new IllegalArgumentException("no kind of message: " + message[0]);
    }
  }
}
