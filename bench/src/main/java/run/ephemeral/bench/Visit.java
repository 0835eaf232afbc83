package run.ephemeral.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/// One request over its own connection, like a browser's first.
///
/// @param status 0 when there was no answer
/// @param firstByte time from before connecting to the first byte of the answer
record Visit(int status, Duration firstByte) {
  private static final int PATIENCE_MILLIS = 60_000;

  static Visit to(int port, String host, String path) {
    var began = System.nanoTime();
    try (var socket = new Socket()) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.setTcpNoDelay(true);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      var request = "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      var in = socket.getInputStream();
      var first = in.read();
      var took = Duration.ofNanos(System.nanoTime() - began);
      var rest = new String(in.readNBytes("TTP/1.1 200".length()), ISO_8859_1);
      return new Visit(first < 0 ? 0 : Integer.parseInt(rest.substring(8, 11)), took);
    } catch (IOException | RuntimeException e) {
      return new Visit(0, Duration.ofNanos(System.nanoTime() - began));
    }
  }

  /// Sends requests until the answer is 200.
  static void untilAnswered(int port, String host, String path) throws InterruptedException {
    isAnswered(port, host, path, () -> true);
  }

  /// Sends requests until the answer is 200, or until the condition no longer holds.
  static boolean isAnswered(int port, String host, String path, BooleanSupplier condition)
      throws InterruptedException {
    while (condition.getAsBoolean()) {
      if (to(port, host, path).status == 200) {
        return true;
      }
      Thread.sleep(1);
    }
    return false;
  }

  double millis() {
    return firstByte.toNanos() / 1e6;
  }
}
