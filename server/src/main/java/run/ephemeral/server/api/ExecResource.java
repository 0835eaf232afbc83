package run.ephemeral.server.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.util.List;
import java.util.concurrent.TimeUnit;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.engine.Inspection;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.wire.ExecFrame;
import run.ephemeral.wire.ExecRequest;

/// Runs a command where a service runs. It has no terminal and no input, and ends with its
/// client.
@Path("/api/v1/environments/{name}/exec")
@RunOnVirtualThread
public final class ExecResource {
  private static final int NOT_FOUND = 127;
  private static final int PIECE = 8192;
  private static final int BETWEEN_COMMENTS_SECONDS = 2;

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces(MediaType.SERVER_SENT_EVENTS)
  public void exec(
      @PathParam("name") String name,
      ExecRequest request,
      @Context SseEventSink sink,
      @Context Sse sse)
      throws InterruptedException {
    var command = Required.in(request, ExecRequest::command, "command");
    if (Required.all(command, "command").isEmpty()) {
      throw new IllegalArgumentException("there is no command to run");
    }
    var workplace = workplace(Finder.environment(name), request);
    try (var out = new EventStream(sink, sse)) {
      run(workplace, request.command(), out);
    }
  }

  private static Inspection.Workplace workplace(Environment environment, ExecRequest request) {
    var release = Finder.release(environment);
    var wished = request.service();
    var service =
        wished == null
            ? release.spec().services().keySet().iterator().next()
            : Finder.service(release, wished);
    return Views.wiring()
        .inspection()
        .workplace(environment.place(), release, service)
        .orElseThrow(
            () ->
                new FaultException(
                    Fault.user("`%s` was never started, so it has no folder".formatted(service))));
  }

  private static void run(Inspection.Workplace workplace, List<String> command, EventStream out)
      throws InterruptedException {
    var builder = new ProcessBuilder(command).directory(workplace.directory().toFile());
    builder.environment().clear();
    builder.environment().putAll(workplace.env());
    builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      out.send("frame", new ExecFrame("stderr", unstarted(command.getFirst(), e), null));
      out.send("frame", new ExecFrame("exit", "", NOT_FOUND));
      return;
    }
    try {
      var errors = Thread.startVirtualThread(() -> pass(process.getErrorStream(), "stderr", out));
      Thread.startVirtualThread(() -> endWithClient(process, out));
      pass(process.getInputStream(), "stdout", out);
      errors.join();
      out.send("frame", new ExecFrame("exit", "", process.waitFor()));
    } finally {
      end(process);
    }
  }

  /// The JVM's own message holds the system's reason in its last brackets.
  private static String unstarted(String program, IOException e) {
    var reason = String.valueOf(e.getMessage()).replaceFirst("(?s).*\\(([^()]*)\\)\\s*$", "$1");
    return "`%s` cannot be run: %s\n".formatted(program, reason);
  }

  private static void end(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  /// A client that goes away is noticed by what is sent to it, and a quiet command sends
  /// nothing.
  private static void endWithClient(Process process, EventStream out) {
    try {
      while (!process.waitFor(BETWEEN_COMMENTS_SECONDS, TimeUnit.SECONDS)) {
        synchronized (out) {
          out.comment();
        }
        if (!out.isOpen() || Views.wiring().hub().isClosed()) {
          end(process);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void pass(InputStream stream, String name, EventStream out) {
    var piece = new char[PIECE];
    try (var text = new InputStreamReader(stream, UTF_8)) {
      for (var read = text.read(piece); read >= 0 && out.isOpen(); read = text.read(piece)) {
        synchronized (out) {
          out.send("frame", new ExecFrame(name, new String(piece, 0, read), null));
        }
      }
    } catch (IOException e) {
      // The command ended, or the client went away: either way there is nothing more to pass on.
      return;
    }
  }
}
