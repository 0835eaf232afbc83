package run.ephemeral.server.api;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import run.ephemeral.core.engine.LogReader;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.environment.Environments;
import run.ephemeral.core.release.LogKind;
import run.ephemeral.core.release.Release;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.server.Hub;
import run.ephemeral.server.Inspections;
import run.ephemeral.wire.LogLine;

/// Logs of components.
@Path("/api/v1/environments/{name}/logs")
@RunOnVirtualThread
public final class LogsResource {
  private static final int USUAL_TAIL = 200;
  private static final int BETWEEN_MILLIS = 200;
  private static final Duration CHECK = Duration.ofSeconds(15);

  private final Environments environments;
  private final Inspections inspections;
  private final Hub hub;
  private final Finder finder;

  LogsResource(Environments environments, Inspections inspections, Hub hub, Finder finder) {
    this.environments = environments;
    this.inspections = inspections;
    this.hub = hub;
    this.finder = finder;
  }

  @GET
  public List<LogLine> logs(
      @PathParam("name") String name,
      @QueryParam("component") @Nullable String component,
      @QueryParam("source") @Nullable String source,
      @QueryParam("tail") @Nullable Integer tail) {
    var lines = new ArrayList<LogLine>();
    for (var part : parts(finder.environment(name), component, source)) {
      try (var log = part.read(inspections, tail(tail))) {
        log.rest().stream().map(part::line).forEach(lines::add);
      }
    }
    return lines;
  }

  @GET
  @Path("/stream")
  @Produces(MediaType.SERVER_SENT_EVENTS)
  public void followLogs(
      @PathParam("name") String name,
      @QueryParam("component") @Nullable String component,
      @QueryParam("source") @Nullable String source,
      @QueryParam("tail") @Nullable Integer tail,
      @Context SseEventSink sink,
      @Context Sse sse,
      @Context HttpServerRequest request)
      throws InterruptedException {
    var environment = finder.environment(name);
    var parts = parts(environment, component, source);
    var logs = new LinkedHashMap<Part, LogReader>();
    try (var out = EventStream.open(sink, sse, request)) {
      parts.forEach(part -> logs.put(part, part.read(inspections, tail(tail))));
      out.comment();
      follow(environment, logs, out);
      for (var log : logs.entrySet()) {
        if (out.isOpen()) {
          send(log.getKey(), log.getValue().rest(), out);
        }
      }
    } finally {
      logs.values().forEach(LogReader::close);
    }
  }

  /// Reads the logs in turn, one piece at a time, so that a busy log does not starve the others.
  private void follow(Environment environment, Map<Part, LogReader> logs, EventStream out)
      throws InterruptedException {
    var pulse = new Pulse(environment, out);
    while (out.isOpen() && !hub.isClosed()) {
      var said = false;
      for (var log : logs.entrySet()) {
        said |= send(log.getKey(), log.getValue().next(), out);
        // Each may take long when a cluster does not answer.
        if (pulse.isOver()) {
          return;
        }
      }
      if (!said) {
        Thread.sleep(BETWEEN_MILLIS);
        if (pulse.isOver()) {
          return;
        }
      }
    }
  }

  /// Tells the client now and then that the stream goes on, and looks whether the environment does.
  private final class Pulse {
    private final Environment environment;
    private final EventStream out;
    private long last = System.nanoTime();

    Pulse(Environment environment, EventStream out) {
      this.environment = environment;
      this.out = out;
    }

    /// Whether the environment is gone.
    boolean isOver() throws InterruptedException {
      if (System.nanoTime() - last < CHECK.toNanos()) {
        return false;
      }
      last = System.nanoTime();
      out.comment();
      return environments.find(environment.id()).isEmpty();
    }
  }

  private static boolean send(Part part, List<String> lines, EventStream out)
      throws InterruptedException {
    for (var line : lines) {
      out.send("line", part.line(line));
    }
    return !lines.isEmpty();
  }

  private static int tail(@Nullable Integer wished) {
    return Math.clamp(wished == null ? USUAL_TAIL : wished, 0, LogLine.MOST_TAIL);
  }

  /// One of the logs of an environment.
  private record Part(
      Environment environment, Release release, ComponentName component, LogKind source) {
    LogReader read(Inspections inspections, int last) {
      return inspections.log(environment, release, component, source, last);
    }

    LogLine line(String text) {
      return new LogLine(component.value(), source.name().toLowerCase(Locale.ROOT), text);
    }
  }

  private List<Part> parts(
      Environment environment, @Nullable String component, @Nullable String source) {
    var release = finder.release(environment);
    var components = components(release);
    var isData = release.spec().data().keySet().stream().anyMatch(d -> d.value().equals(component));
    if (component != null
        && !isData
        && components.stream().noneMatch(known -> known.value().equals(component))) {
      Finder.service(release, component);
    }
    var sources =
        source == null
            ? List.of(LogKind.BUILD, LogKind.RUN, LogKind.TEST)
            : List.of(source(source));
    return components.stream()
        .filter(known -> component == null || known.value().equals(component))
        .flatMap(known -> sources.stream().map(one -> new Part(environment, release, known, one)))
        .toList();
  }

  private static List<ComponentName> components(Release release) {
    var all = new ArrayList<>(release.spec().services().keySet());
    all.addAll(release.spec().tests().keySet());
    return all;
  }

  private static LogKind source(String text) {
    return Optional.of(text.toUpperCase(Locale.ROOT))
        .filter(word -> List.of("BUILD", "RUN", "TEST").contains(word))
        .map(LogKind::valueOf)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "`%s` is no source of logs; there are build, run and test".formatted(text)));
  }
}
