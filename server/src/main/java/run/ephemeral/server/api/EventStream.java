package run.ephemeral.server.api;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.policy.Limits;

/// A stream of server-sent events to one client, which may go away, or stop reading, at any time.
///
/// The number of open streams is limited. Each holds one event in memory: the next is sent when
/// that one was written to the socket. A client that does not read for [#PATIENCE] is
/// disconnected. Not thread-safe.
final class EventStream implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EventStream.class);
  private static final int MOST = Limits.DEFAULT.streams();
  private static final Semaphore FREE = new Semaphore(MOST);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final SseEventSink sink;
  private final Sse sse;
  private final HttpServerRequest request;
  private boolean isBegun;
  private boolean isBroken;

  private EventStream(SseEventSink sink, Sse sse, HttpServerRequest request) {
    this.sink = sink;
    this.sse = sse;
    this.request = request;
  }

  /// @throws FaultException when too many streams are open; no response was sent then
  static EventStream open(SseEventSink sink, Sse sse, HttpServerRequest request) {
    if (!FREE.tryAcquire()) {
      throw new FaultException(
          Fault.capacity(
              ("%d clients follow something already, which is the most; end a `logs -f`, an"
                      + " `events -f` or an `exec`")
                  .formatted(MOST)));
    }
    return new EventStream(sink, sse, request);
  }

  /// Waits until the event was written to the socket.
  void send(String name, Object data) throws InterruptedException {
    if (isOpen()) {
      write(
          sse.newEventBuilder()
              .name(name)
              .mediaType(MediaType.APPLICATION_JSON_TYPE)
              .data(data)
              .build());
    }
  }

  /// Keep-alive: shows that the stream lives, and detects a client that went away.
  void comment() throws InterruptedException {
    if (isOpen()) {
      write(sse.newEventBuilder().comment("still here").build());
    }
  }

  private void write(OutboundSseEvent event) throws InterruptedException {
    isBegun = true;
    try {
      sink.send(event).toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      LOG.info("stream closed: the client read nothing for {}", PATIENCE);
      isBroken = true;
      cutOff();
    } catch (ExecutionException | IllegalStateException e) {
      isBroken = true;
    }
  }

  /// Closes the channel directly, because `HttpConnection.close` waits until the client has read
  /// the pending data.
  private void cutOff() {
    if (request.connection() instanceof ConnectionBase connection) {
      var _ = connection.channel().close();
    }
  }

  boolean isOpen() {
    return !isBroken && !sink.isClosed();
  }

  /// If nothing was sent yet, the sink stays open, so that the failure is answered with a problem.
  @Override
  public void close() {
    FREE.release();
    if (isBegun) {
      sink.close();
    }
  }
}
