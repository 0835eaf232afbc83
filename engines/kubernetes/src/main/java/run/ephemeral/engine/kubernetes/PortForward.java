package run.ephemeral.engine.kubernetes;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import run.ephemeral.engine.kubernetes.client.ApiServer;

/// One connection to a port of a pod, through the API server.
///
/// Each message begins with its channel: 0 has data, 1 has errors. The first message of a channel
/// is the number of the port. A WebSocket ends both directions at once, so the client's end ends
/// the connection.
final class PortForward implements WebSocket.Listener, AutoCloseable {
  private static final String PROTOCOL = "v4.channel.k8s.io";
  private static final int PORT_BYTES = 2;
  private static final byte DATA = 0;
  private static final int BUFFER = 32 * 1024;

  private final OutputStream out;
  private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
  private int channel = -1;
  private int dataBytes;
  private @Nullable WebSocket socket;

  private PortForward(OutputStream out) {
    this.out = out;
  }

  /// @param pod the path of the pod
  /// @param out receives what the pod sends; closed when the pod ends the connection
  static PortForward open(ApiServer api, String pod, int port, OutputStream out)
      throws InterruptedException {
    var forward = new PortForward(out);
    forward.socket =
        api.webSocket(
            pod + "/portforward",
            Map.of("ports", List.of(Integer.toString(port))),
            List.of(PROTOCOL),
            forward);
    return forward;
  }

  /// Sends until the end of the input or of the connection.
  void send(InputStream in) throws IOException, InterruptedException {
    var open = socket;
    var buffer = new byte[BUFFER];
    buffer[0] = DATA;
    while (open != null && !ended.isDone()) {
      var read = in.read(buffer, 1, BUFFER - 1);
      if (read < 0) {
        return;
      }
      try {
        open.sendBinary(ByteBuffer.wrap(buffer, 0, read + 1), true).get();
      } catch (ExecutionException e) {
        throw new IOException(e.getCause());
      }
    }
  }

  /// Messages may come in parts; only the first part begins with the channel.
  @Override
  public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
    try {
      if (channel < 0 && data.hasRemaining()) {
        channel = data.get();
      }
      if (channel == DATA) {
        var skipped = Math.min(Math.max(0, PORT_BYTES - dataBytes), data.remaining());
        dataBytes = Math.min(PORT_BYTES, dataBytes + data.remaining());
        data.position(data.position() + skipped);
        var bytes = new byte[data.remaining()];
        data.get(bytes);
        out.write(bytes);
        out.flush();
      } else if (data.remaining() > PORT_BYTES) {
        end();
      }
    } catch (IOException e) {
      end();
    }
    channel = last ? -1 : channel;
    from.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
    end();
    return null;
  }

  @Override
  public void onError(WebSocket from, Throwable error) {
    end();
  }

  private void end() {
    ended.complete(null);
    try {
      out.close();
    } catch (IOException e) {
      // The client has gone.
    }
  }

  @Override
  public void close() {
    if (socket != null) {
      socket.abort();
    }
  }
}
