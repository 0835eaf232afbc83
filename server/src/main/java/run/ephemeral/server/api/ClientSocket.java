package run.ephemeral.server.api;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;

/// A WebSocket of a client, read and written by blocking threads: one that reads, one that writes.
///
/// The number of open ones is limited. The next message is asked for when the one before was read,
/// and a write waits until its message was written. A client that reads nothing for [#PATIENCE], or
/// answers no ping for [#SILENCE], is taken as gone. Whoever waits for something else than the
/// client is told by [#atEnd].
final class ClientSocket implements AutoCloseable {
  private static final int MOST = 256;
  private static final Semaphore FREE = new Semaphore(MOST);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration BETWEEN_PINGS = Duration.ofSeconds(20);

  /// Longer, since pings of a client whose messages are not read are not read either.
  private static final Duration SILENCE = Duration.ofMinutes(5);
  private static final short FAILED = 1011;

  private final ServerWebSocket socket;

  /// Messages, and an empty one at the end.
  private final LinkedBlockingQueue<Optional<Buffer>> messages = new LinkedBlockingQueue<>();

  private final AtomicReference<@Nullable Runnable> atEnd = new AtomicReference<>();
  private final Thread pings = Thread.ofVirtual().name("pings").unstarted(this::ping);
  private volatile long heardAt = System.nanoTime();
  private final AtomicBoolean isThere = new AtomicBoolean(true);
  private final AtomicBoolean isOpen = new AtomicBoolean(true);

  private ClientSocket(ServerWebSocket socket) {
    this.socket = socket;
  }

  /// @throws FaultException when too many are open; the request is not answered then
  static ClientSocket accept(HttpServerRequest request) throws IOException, InterruptedException {
    if (!FREE.tryAcquire()) {
      throw new FaultException(
          Fault.capacity("%d connections are open, which is the most".formatted(MOST)));
    }
    var coming = begin(request);
    try {
      return wait(coming.toCompletionStage());
    } catch (IOException | InterruptedException | RuntimeException e) {
      FREE.release();
      // Nobody would close what opens later.
      coming.onSuccess(late -> late.socket.close());
      throw e;
    }
  }

  private static Future<ClientSocket> begin(HttpServerRequest request) {
    try {
      return request.toWebSocket().map(ClientSocket::begin);
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  /// Called on the event loop, before the first message is read.
  private static ClientSocket begin(ServerWebSocket socket) {
    var begun = new ClientSocket(socket);
    socket.pause();
    socket.binaryMessageHandler(message -> begun.messages.add(Optional.of(message)));
    socket.pongHandler(_ -> begun.heardAt = System.nanoTime());
    socket.closeHandler(_ -> begun.ended());
    socket.exceptionHandler(_ -> begun.ended());
    socket.fetch(1);
    begun.pings.start();
    return begun;
  }

  private void ended() {
    isThere.set(false);
    messages.add(Optional.empty());
    var then = atEnd.getAndSet(null);
    if (then != null) {
      Thread.startVirtualThread(then);
    }
  }

  /// Runs this once the client has gone, at once if it has: a thread may wait for what else it
  /// serves, and would not notice.
  void atEnd(Runnable then) {
    atEnd.set(then);
    if (!isThere()) {
      ended();
    }
  }

  private void ping() {
    try {
      while (isThere() && isOpen.get()) {
        Thread.sleep(BETWEEN_PINGS);
        if (System.nanoTime() - heardAt > SILENCE.toNanos()) {
          ended();
        } else {
          var _ = socket.writePing(Buffer.buffer("still there?"));
        }
      }
    } catch (InterruptedException e) {
      // It is closed.
    }
  }

  /// Whether the client has not gone, as far as is known.
  boolean isThere() {
    return isThere.get();
  }

  /// Waits for the next message.
  ///
  /// @return empty when the client has gone
  Optional<byte[]> read() throws InterruptedException {
    var message = messages.take();
    heardAt = System.nanoTime();
    socket.fetch(1);
    return message.map(Buffer::getBytes);
  }

  /// Waits until the message was written.
  void write(byte[] bytes, int length) throws IOException, InterruptedException {
    var message = Buffer.buffer(length).appendBytes(bytes, 0, length);
    wait(socket.writeBinaryMessage(message).toCompletionStage());
  }

  /// Ends it with a reason.
  void fail(String problem) throws IOException, InterruptedException {
    wait(socket.writeTextMessage(problem).toCompletionStage());
    wait(socket.close(FAILED, "").toCompletionStage());
  }

  private static <T> T wait(CompletionStage<T> coming) throws IOException, InterruptedException {
    var future = coming.toCompletableFuture();
    try {
      return future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IOException("the client has gone", e.getCause());
    } catch (TimeoutException e) {
      throw new IOException("the client reads nothing", e);
    }
  }

  @Override
  public void close() {
    if (isOpen.compareAndSet(true, false)) {
      FREE.release();
      pings.interrupt();
      var _ = socket.close();
      messages.add(Optional.empty());
    }
  }
}
