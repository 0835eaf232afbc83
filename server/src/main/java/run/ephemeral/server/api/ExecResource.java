package run.ephemeral.server.api;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.time.Duration;
import java.util.Locale;
import run.ephemeral.core.engine.Execution;
import run.ephemeral.core.engine.Execution.Piece;
import run.ephemeral.server.Hub;
import run.ephemeral.server.Inspections;
import run.ephemeral.wire.ExecFrame;
import run.ephemeral.wire.ExecRequest;

/// Runs a command beside a service and streams its output. The command has no terminal and no
/// input, and is killed when the client disconnects.
@Path("/api/v1/environments/{name}/exec")
@RunOnVirtualThread
public final class ExecResource {
  /// A disconnect is only noticed by sending, so comments are sent while the command is quiet.
  private static final Duration BETWEEN_COMMENTS = Duration.ofSeconds(2);

  private final Inspections inspections;
  private final Hub hub;
  private final Finder finder;

  ExecResource(Inspections inspections, Hub hub, Finder finder) {
    this.inspections = inspections;
    this.hub = hub;
    this.finder = finder;
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces(MediaType.SERVER_SENT_EVENTS)
  public void exec(
      @PathParam("name") String name,
      ExecRequest request,
      @Context SseEventSink sink,
      @Context Sse sse,
      @Context HttpServerRequest http)
      throws InterruptedException {
    var command = Required.in(request, ExecRequest::command, "command");
    if (Required.all(command, "command").isEmpty()) {
      throw new IllegalArgumentException("there is no command to run");
    }
    var environment = finder.environment(name);
    var release = finder.release(environment);
    var wished = request.service();
    var service =
        wished == null
            ? release.spec().services().keySet().iterator().next()
            : Finder.service(release, wished);
    try (var out = EventStream.open(sink, sse, http);
        var execution = inspections.exec(environment, release, service, command)) {
      pass(execution, out);
    }
  }

  private void pass(Execution execution, EventStream out) throws InterruptedException {
    out.comment();
    while (out.isOpen() && !hub.isClosed()) {
      var piece = execution.next(BETWEEN_COMMENTS);
      if (piece.isEmpty()) {
        out.comment();
        continue;
      }
      switch (piece.get()) {
        case Piece.Output(var channel, var text) ->
            out.send("frame", new ExecFrame(channel.name().toLowerCase(Locale.ROOT), text, null));
        case Piece.Exited(var code) -> {
          out.send("frame", new ExecFrame("exit", "", code));
          return;
        }
      }
    }
  }
}
