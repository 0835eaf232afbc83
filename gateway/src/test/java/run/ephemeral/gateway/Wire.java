package run.ephemeral.gateway;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// One end of an HTTP connection by hand: exactly what is on the wire.
final class Wire implements Closeable {
  private final Socket socket;
  private final InputStream in;

  Wire(Socket socket) {
    try {
      this.socket = socket;
      socket.setSoTimeout(20_000);
      this.in = new BufferedInputStream(socket.getInputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Wire to(int port) throws IOException {
    return new Wire(new Socket(InetAddress.ofLiteral("127.0.0.1"), port));
  }

  /// Sends lines, with `|` for CR LF.
  Wire send(String lines) throws IOException {
    return raw(lines.replace("|", "\r\n"));
  }

  Wire raw(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
    return this;
  }

  /// A head as it came, in lower case; empty at the end of the connection.
  String head() throws IOException {
    var out = new ByteArrayOutputStream();
    while (!out.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int one = in.read();
      if (one < 0) {
        return out.toString(StandardCharsets.ISO_8859_1);
      }
      out.write(one);
    }
    return out.toString(StandardCharsets.ISO_8859_1);
  }

  String take(int bytes) throws IOException {
    return new String(in.readNBytes(bytes), StandardCharsets.ISO_8859_1);
  }

  /// One chunk of a chunked body; empty at its end.
  String chunk() throws IOException {
    int size = Integer.parseInt(line(), 16);
    var data = take(size);
    line();
    return data;
  }

  String line() throws IOException {
    var out = new StringBuilder();
    for (int one = in.read(); one >= 0 && one != '\n'; one = in.read()) {
      if (one != '\r') {
        out.append((char) one);
      }
    }
    return out.toString();
  }

  /// Until the other end closes.
  String rest() throws IOException {
    return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
  }

  /// Whether the other end has closed, in order or not.
  boolean ended() {
    try {
      return in.read() < 0;
    } catch (IOException e) {
      return !(e instanceof java.net.SocketTimeoutException);
    }
  }

  /// Shuts down the output; reading goes on.
  void endOutput() throws IOException {
    socket.shutdownOutput();
  }

  /// Resets the connection, as the system does for a process that was killed.
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  interface Serve {
    void serve(Wire wire) throws Exception;
  }

  /// A service that handles each connection as the test says.
  static final class Server implements Closeable {
    private final ServerSocket server;
    private final Set<Wire> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();

    Server(Serve serve) throws IOException {
      server = new ServerSocket(0, 1000, InetAddress.ofLiteral("127.0.0.1"));
      Thread.ofVirtual().start(() -> accept(serve));
    }

    private void accept(Serve serve) {
      while (!server.isClosed()) {
        try {
          var wire = new Wire(server.accept());
          accepted.incrementAndGet();
          open.add(wire);
          Thread.ofVirtual()
              .start(
                  () -> {
                    try (wire) {
                      serve.serve(wire);
                    } catch (Exception e) {
                      // The test looks at what its client saw.
                    }
                  });
        } catch (IOException e) {
          return;
        }
      }
    }

    int port() {
      return server.getLocalPort();
    }

    int accepted() {
      return accepted.get();
    }

    @Override
    public void close() throws IOException {
      server.close();
      open.forEach(Wire::close);
    }
  }
}
