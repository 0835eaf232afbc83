package run.ephemeral.cli.api;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import run.ephemeral.cli.CliFault;
import run.ephemeral.cli.Exit;

/// Messages to and from the control plane: a WebSocket, read and written by blocking threads, one
/// that reads and one that writes. The next message is asked for when the one before was read.
public final class MessageStream implements AutoCloseable {
  private final Incoming incoming;
  private final WebSocket socket;

  MessageStream(Incoming incoming, WebSocket socket) {
    this.incoming = incoming;
    this.socket = socket;
  }

  /// What came: a message, or with `bytes` null the end, and why there is nothing.
  private static final class Came {
    private final byte @Nullable [] bytes;
    private final @Nullable String refusal;

    private Came(byte @Nullable [] bytes, @Nullable String refusal) {
      this.bytes = bytes;
      this.refusal = refusal;
    }

    static Came end() {
      return new Came(null, null);
    }
  }

  /// Waits for the next message.
  ///
  /// @return empty when the stream has ended
  /// @throws CliFault with the control plane's reason
  public Optional<byte[]> read() throws InterruptedException {
    var came = incoming.queue.take();
    if (came.refusal != null) {
      throw new CliFault(Exit.REFUSED, came.refusal);
    }
    if (came.bytes != null) {
      socket.request(1);
    }
    return Optional.ofNullable(came.bytes);
  }

  /// Waits until the message was written.
  public void write(byte[] bytes, int length) throws IOException, InterruptedException {
    try {
      socket.sendBinary(ByteBuffer.wrap(bytes, 0, length), true).get();
    } catch (ExecutionException e) {
      throw new IOException("the control plane has closed the connection", e.getCause());
    }
  }

  /// A thread that waits in [#read] gets the end of the stream.
  @Override
  public void close() {
    socket.abort();
    incoming.queue.add(Came.end());
  }

  /// Collects the parts of messages.
  static final class Incoming implements WebSocket.Listener {
    private final LinkedBlockingQueue<Came> queue = new LinkedBlockingQueue<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final StringBuilder text = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
      var part = new byte[data.remaining()];
      data.get(part);
      bytes.writeBytes(part);
      if (last) {
        queue.add(new Came(bytes.toByteArray(), null));
        bytes.reset();
      } else {
        from.request(1);
      }
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        queue.add(new Came(null, text.toString()));
      }
      from.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
      queue.add(Came.end());
      return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
      queue.add(Came.end());
    }
  }
}
