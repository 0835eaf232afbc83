package run.ephemeral.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.util.Locale;
import run.ephemeral.testkit.Plane;

/// Sends exact bytes, also invalid HTTP, which libraries refuse to send.
final class RawClient implements AutoCloseable {
  private static final int LONGEST_SILENCE_MILLIS = 60_000;

  private final Socket socket;
  private final int port;

  RawClient(Plane plane) {
    port = URI.create(plane.api()).getPort();
    try {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setSoTimeout(LONGEST_SILENCE_MILLIS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Sends a request line and headers, after a valid Host header.
  RawClient request(String line, String... headers) {
    return text(line + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n" + lines(headers) + "\r\n");
  }

  private static String lines(String... headers) {
    return headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
  }

  RawClient text(String text) {
    return bytes(text.getBytes(ISO_8859_1));
  }

  RawClient bytes(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Everything that is received until the server closes the connection.
  String rest() {
    var all = new ByteArrayOutputStream();
    try {
      socket.getInputStream().transferTo(all);
    } catch (IOException e) {
      return all.toString(ISO_8859_1);
    }
    return all.toString(ISO_8859_1);
  }

  /// The status line, the headers and the body by its Content-Length.
  String answer() {
    var text = new StringBuilder();
    try {
      var in = socket.getInputStream();
      while (!isWhole(text)) {
        var next = in.read();
        if (next < 0) {
          break;
        }
        text.append((char) next);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(text.toString(), e);
    }
    return text.toString();
  }

  private static boolean isWhole(StringBuilder text) {
    var end = text.indexOf("\r\n\r\n");
    if (end < 0) {
      return false;
    }
    var length =
        text.substring(0, end)
            .lines()
            .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("content-length:"))
            .mapToInt(line -> Integer.parseInt(line.substring("content-length:".length()).strip()))
            .findFirst()
            .orElse(0);
    return text.length() - end - 4 >= length;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
