package run.ephemeral.cli.follow;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/// Requests an environment's front page to see its HTTP status.
///
/// An environment is ready when its services accept connections; its front page can still fail.
/// Not every resolver resolves `*.localhost`, so this connects to the loopback address itself
/// instead of using an HTTP client.
public final class FrontPage {
  private static final int PATIENCE_MILLIS = 3_000;
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3})( .*)?");

  private FrontPage() {}

  /// The status of `GET /`; empty when there was no answer in time, or the URL is not plain HTTP.
  public static OptionalInt status(String url) {
    var uri = URI.create(url);
    if (!"http".equals(uri.getScheme()) || uri.getHost() == null) {
      return OptionalInt.empty();
    }
    try (var socket = new Socket(Proxy.NO_PROXY)) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.connect(address(uri), PATIENCE_MILLIS);
      var request =
          "GET / HTTP/1.1\r\nHost: "
              + uri.getAuthority()
              + "\r\nAccept: text/html\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      var answer =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
      var status = STATUS.matcher(String.valueOf(answer.readLine()));
      return status.matches()
          ? OptionalInt.of(Integer.parseInt(status.group(1)))
          : OptionalInt.empty();
    } catch (IOException e) {
      return OptionalInt.empty();
    }
  }

  private static InetSocketAddress address(URI uri) throws IOException {
    var port = uri.getPort() < 0 ? 80 : uri.getPort();
    var host = String.valueOf(uri.getHost());
    var here = host.equals("localhost") || host.endsWith(".localhost");
    return new InetSocketAddress(
        here ? InetAddress.getLoopbackAddress() : InetAddress.getByName(host), port);
  }
}
