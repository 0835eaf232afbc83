package run.ephemeral.server.api;

import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;

/// A stream of server-sent events to one client, which may go away at any time.
final class EventStream implements AutoCloseable {
  private final SseEventSink sink;
  private final Sse sse;
  private final AtomicBoolean broken = new AtomicBoolean();

  EventStream(SseEventSink sink, Sse sse) {
    this.sink = sink;
    this.sse = sse;
  }

  /// Waits until the client's connection took it.
  void send(String name, Object data) {
    if (isOpen()) {
      write(
          sse.newEventBuilder()
              .name(name)
              .mediaType(MediaType.APPLICATION_JSON_TYPE)
              .data(data)
              .build());
    }
  }

  /// Shows that the stream lives, and finds out whether the client does.
  void comment() {
    if (isOpen()) {
      write(sse.newEventBuilder().comment("still here").build());
    }
  }

  private void write(jakarta.ws.rs.sse.OutboundSseEvent event) {
    try {
      sink.send(event).toCompletableFuture().join();
    } catch (CompletionException | IllegalStateException e) {
      broken.set(true);
    }
  }

  boolean isOpen() {
    return !broken.get() && !sink.isClosed();
  }

  @Override
  public void close() {
    sink.close();
  }
}
