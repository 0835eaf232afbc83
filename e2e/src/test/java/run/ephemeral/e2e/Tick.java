package run.ephemeral.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;

/// A service that starts within a tenth of a second: it answers every request with the version
/// that was built into its folder and with its process id. It uses only the JDK's core, because
/// the tests' repository contains only its class file.
final class Tick {
  private Tick() {}

  static void main() throws IOException {
    var port = Integer.parseInt(System.getenv("PORT"));
    var body = Files.readString(Path.of("built")).strip() + " " + ProcessHandle.current().pid();
    var head = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: ";
    var answer = (head + body.length() + "\r\n\r\n" + body).getBytes(US_ASCII);
    try (var listener = new ServerSocket(port, 50, InetAddress.getLoopbackAddress())) {
      while (true) {
        try (var caller = listener.accept()) {
          answer(caller, answer);
        } catch (IOException e) {
          System.out.println("a caller went away: " + e);
        }
      }
    }
  }

  private static void answer(Socket caller, byte[] answer) throws IOException {
    caller.setSoTimeout(2_000);
    var in = caller.getInputStream();
    var ended = 0;
    while (ended < 2) {
      var next = in.read();
      if (next < 0) {
        return;
      }
      ended = next == '\n' ? ended + 1 : next == '\r' ? ended : 0;
    }
    caller.getOutputStream().write(answer);
    caller.shutdownOutput();
  }
}
