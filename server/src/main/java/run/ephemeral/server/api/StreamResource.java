package run.ephemeral.server.api;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import run.ephemeral.core.environment.Environments;
import run.ephemeral.core.environment.Events;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.server.Hub;
import run.ephemeral.wire.CauseView;
import run.ephemeral.wire.EnvironmentView;

/// Streams views of environments as they change, and events as they are recorded.
@Path("/api/v1/stream")
@RunOnVirtualThread
public final class StreamResource {
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
  private static final int QUIET_LOOKS = 15;
  private static final int MOST_EVENTS = 1000;

  /// The name that [run.ephemeral.server.Hub] publishes when any environment may have changed.
  private static final String ANY = "";

  private final Environments environments;
  private final Events events;
  private final Hub hub;
  private final Views views;

  StreamResource(Environments environments, Events events, Hub hub, Views views) {
    this.environments = environments;
    this.events = events;
    this.hub = hub;
    this.views = views;
  }

  @GET
  @Produces(MediaType.SERVER_SENT_EVENTS)
  public void stream(
      @QueryParam("environment") @Nullable String name,
      @QueryParam("after") @Nullable Long after,
      @Context SseEventSink sink,
      @Context Sse sse,
      @Context HttpServerRequest request)
      throws InterruptedException {
    var only = Optional.ofNullable(name).map(EnvironmentName::new);
    try (var out = EventStream.open(sink, sse, request);
        var news = hub.subscribe()) {
      var sent = new HashMap<String, EnvironmentView>();
      var last = after == null ? lastEvent(only) : after;
      var changed = Set.of(ANY);
      out.comment();
      while (out.isOpen() && !hub.isClosed()) {
        sendEnvironments(only, changed, sent, out);
        last = sendEvents(only, last, out);
        changed = await(news, out);
      }
    }
  }

  /// Waits for a change and checks every second whether the client disconnected, so that its
  /// stream is freed for another client.
  private static Set<String> await(Hub.Subscription news, EventStream out)
      throws InterruptedException {
    for (int look = 0; look < QUIET_LOOKS && out.isOpen(); look++) {
      var changed = news.await(BETWEEN_LOOKS);
      if (!changed.isEmpty()) {
        return changed;
      }
    }
    out.comment();
    return Set.of();
  }

  private long lastEvent(Optional<EnvironmentName> only) {
    return events.latest(only, 1).stream().mapToLong(event -> event.id()).findFirst().orElse(0);
  }

  /// @param changed names of environments that may have changed
  private void sendEnvironments(
      Optional<EnvironmentName> only,
      Set<String> changed,
      Map<String, EnvironmentView> sent,
      EventStream out)
      throws InterruptedException {
    var there = new HashSet<String>();
    for (var environment : find(only, changed)) {
      var view = views.environment(environment);
      there.add(view.name());
      if (!sameButForTime(view, sent.put(view.name(), view))) {
        out.send("environment", view);
      }
    }
    var looked = changed.contains(ANY) ? Set.copyOf(sent.keySet()) : changed;
    for (var gone : looked.stream().filter(name -> !there.contains(name)).toList()) {
      var view = sent.remove(gone);
      if (view != null) {
        out.send("environment", gone(view));
      }
    }
  }

  private List<run.ephemeral.core.environment.Environment> find(
      Optional<EnvironmentName> only, Set<String> changed) {
    if (only.isPresent()) {
      return environments.find(only.get()).stream().toList();
    }
    if (changed.contains(ANY)) {
      return environments.all();
    }
    return changed.stream()
        .flatMap(name -> environments.find(new EnvironmentName(name)).stream())
        .toList();
  }

  private static boolean sameButForTime(EnvironmentView now, @Nullable EnvironmentView before) {
    return before != null
        && now.equals(
            new EnvironmentView(
                before.name(),
                before.app(),
                before.phase(),
                before.reason(),
                before.cause(),
                before.url(),
                before.pullRequest(),
                before.directory(),
                before.commit(),
                before.cluster(),
                before.settled(),
                before.createdAt(),
                now.changedAt(),
                before.readyMillis(),
                now.lastUsedAt(),
                before.expiresAt(),
                before.pinned(),
                before.components()));
  }

  private static EnvironmentView gone(EnvironmentView last) {
    return new EnvironmentView(
        last.name(),
        last.app(),
        "gone",
        "nothing is left of it",
        new CauseView("gone", null, null, null),
        null,
        last.pullRequest(),
        last.directory(),
        last.commit(),
        last.cluster(),
        true,
        last.createdAt(),
        last.changedAt(),
        last.readyMillis(),
        last.lastUsedAt(),
        last.expiresAt(),
        last.pinned(),
        List.of());
  }

  /// Sends all events after `after`, in batches until one is not full: their notifications may
  /// already be consumed, so nothing else would cause the rest to be sent.
  private long sendEvents(Optional<EnvironmentName> only, long after, EventStream out)
      throws InterruptedException {
    var last = after;
    while (out.isOpen() && !hub.isClosed()) {
      var found = events.after(only, last, MOST_EVENTS);
      for (var event : found) {
        out.send("event", Views.event(event));
        last = event.id();
      }
      if (found.size() < MOST_EVENTS) {
        break;
      }
    }
    return last;
  }
}
