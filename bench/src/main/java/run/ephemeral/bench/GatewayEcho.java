package run.ephemeral.bench;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// A minimal WebSocket implementation: an echo service, and clients that wait for each echo before
/// they send the next message.
final class GatewayEcho implements Closeable {
  private static final int SIZE = 100;
  private static final int HEADER = 6;

  private final ServerSocket server;

  GatewayEcho() throws IOException {
    server = new ServerSocket(0, 1000, InetAddress.ofLiteral("127.0.0.1"));
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        var socket = server.accept();
        Thread.ofVirtual().start(() -> echo(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private static void echo(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      var in = new BufferedInputStream(socket.getInputStream());
      head(in);
      send(
          socket,
          "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
              + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
      var buffer = new byte[SIZE + HEADER];
      while (in.readNBytes(buffer, 0, buffer.length) == buffer.length) {
        // The mask is all zeros, so the payload needs no unmasking.
        buffer[HEADER - 2] = buffer[0];
        buffer[HEADER - 1] = (byte) SIZE;
        socket.getOutputStream().write(buffer, HEADER - 2, SIZE + 2);
      }
    } catch (IOException e) {
      // The client has disconnected.
    }
  }

  /// Durations of all clients' round trips in milliseconds.
  static Figures roundTrips(int port, int clients, int seconds)
      throws IOException, InterruptedException {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      long end = System.nanoTime() + seconds * 1_000_000_000L;
      Callable<List<Double>> client = () -> talk(port, end);
      List<Future<List<Double>>> talks = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        talks.add(threads.submit(client));
      }
      List<Double> all = new ArrayList<>();
      for (var one : talks) {
        all.addAll(one.get());
      }
      return new Figures(all.stream().mapToDouble(Double::doubleValue).toArray());
    } catch (ExecutionException e) {
      throw new IOException("a WebSocket broke", e.getCause());
    }
  }

  private static List<Double> talk(int port, long end) throws IOException {
    try (var socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
      socket.setTcpNoDelay(true);
      var in = new BufferedInputStream(socket.getInputStream());
      send(
          socket,
          "GET /echo HTTP/1.1\r\nHost: pr-echo-1.localhost\r\nConnection: Upgrade\r\n"
              + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
              + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
      var head = head(in);
      if (!head.startsWith("HTTP/1.1 101 ")) {
        throw new IOException("no WebSocket: " + head);
      }
      var message = new byte[SIZE + HEADER];
      message[0] = (byte) 0x82;
      message[1] = (byte) (0x80 | SIZE);
      var back = new byte[SIZE + 2];
      List<Double> took = new ArrayList<>();
      for (long now = System.nanoTime(); now < end; now = System.nanoTime()) {
        socket.getOutputStream().write(message);
        if (in.readNBytes(back, 0, back.length) < back.length) {
          throw new EOFException("a message did not come back");
        }
        took.add((System.nanoTime() - now) / 1e6);
      }
      return took;
    }
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String head(InputStream in) throws IOException {
    var text = new StringBuilder();
    while (text.indexOf("\r\n\r\n") < 0) {
      int one = in.read();
      if (one < 0) {
        throw new EOFException("the connection ended in its head");
      }
      text.append((char) one);
    }
    return text.toString();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
