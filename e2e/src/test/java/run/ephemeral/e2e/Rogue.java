package run.ephemeral.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// A service that answers its health check and attacks the control plane and other environments,
/// in the way that `MODE` names, but without searching the disk. Like [Tick] it uses only the
/// JDK's core and no other class, because the tests' folders contain only its class file. All
/// attacks are limited in number and rate.
final class Rogue {
  private static final int SOCKETS = 400;
  private static final Semaphore ROOM = new Semaphore(SOCKETS);
  private static final String[] NOTES = {
    "addresses",
    "tests/smoke",
    "instances/web-1/facts",
    "instances/web-1/routed",
    "ports",
    "x.git/HEAD"
  };

  private Rogue() {}

  static void main() throws Exception {
    var mode = System.getenv("MODE");
    var port = Integer.parseInt(System.getenv("PORT"));
    var listener = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
    for (int i = 0; i < 4; i++) {
      Thread.ofPlatform().daemon().start(() -> harmForEver(mode));
    }
    while (true) {
      var caller = listener.accept();
      Thread.ofVirtual().start(() -> serve(caller, mode));
    }
  }

  private static void harmForEver(String mode) {
    while (true) {
      try {
        harm(mode);
        Thread.sleep(50);
      } catch (IOException | RuntimeException e) {
        pause(200);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private static void harm(String mode) throws IOException, InterruptedException {
    switch (mode) {
      case "files" -> write();
      case "loop" -> ask("GET /loop HTTP/1.1\r\nHost: " + host() + "\r\n\r\n", true);
      case "flood" -> ask("GET / HTTP/1.1\r\nHost: " + host() + "\r\nX-Half", false);
      case "idle" -> ask("", false);
      case "hang" -> ask("GET /hang HTTP/1.1\r\nHost: " + host() + "\r\n\r\n", false);
      case "stream" -> ask("GET /stream HTTP/1.1\r\nHost: " + host() + "\r\n\r\n", false);
      case "early" ->
          ask(
              "POST /early HTTP/1.1\r\nContent-Length: 9000000\r\nHost: " + host() + "\r\n\r\nbody",
              true);
      case "nonsense" -> ask("GET /nonsense HTTP/1.1\r\nHost: " + host() + "\r\n\r\n", true);
      case "log" -> System.out.println("x".repeat(100_000));
      case "crash" -> {
        new ProcessBuilder("sh", "-c", "(setsid sleep 1000 &); sleep 1000 & exit 0").start();
        Thread.sleep(4000);
        Runtime.getRuntime().halt(1);
      }
      default -> throw new IllegalArgumentException(mode);
    }
  }

  /// Writes files into its parent folders.
  private static void write() throws IOException {
    for (var up = Path.of(".."); up.getNameCount() <= 4; up = up.resolve("..")) {
      for (var note : NOTES) {
        var file = up.resolve(note);
        if (!Files.isDirectory(up.resolve("postgres"))) {
          Files.createDirectories(file.getParent());
          Files.writeString(file, "web=x\nport=many\n");
        }
      }
    }
  }

  private static String host() {
    return URI.create(System.getenv("SELF")).getHost();
  }

  /// Sends a request through the gateway, as a visitor.
  ///
  /// @param read whether to wait for the answer; otherwise the connection is held for a minute
  private static void ask(String request, boolean read) throws IOException, InterruptedException {
    if (!ROOM.tryAcquire(1, TimeUnit.SECONDS)) {
      return;
    }
    Thread.ofVirtual()
        .start(
            () -> {
              try (var socket =
                  new Socket(
                      InetAddress.getLoopbackAddress(),
                      URI.create(System.getenv("SELF")).getPort())) {
                socket.setSoTimeout(10_000);
                socket.getOutputStream().write(request.getBytes(US_ASCII));
                if (read) {
                  socket.getInputStream().readNBytes(1000);
                } else {
                  pause(60_000);
                }
              } catch (IOException e) {
                pause(100);
              } finally {
                ROOM.release();
              }
            });
  }

  private static void serve(Socket caller, String mode) {
    try (caller) {
      caller.setSoTimeout(10_000);
      var in = caller.getInputStream();
      var head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0 && head.length() < 100_000) {
        var next = in.read();
        if (next < 0) {
          return;
        }
        head.append((char) next);
      }
      var path = head.substring(head.indexOf(" ") + 1);
      answer(caller, path.substring(0, path.indexOf(" ")), head.toString(), mode);
    } catch (IOException | RuntimeException e) {
      pause(10);
    }
  }

  private static void answer(Socket caller, String path, String head, String mode)
      throws IOException {
    var out = caller.getOutputStream();
    switch (path) {
      case "/hang" -> pause(60_000);
      case "/loop" -> pass(caller, head);
      case "/early" ->
          out.write("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n".getBytes(US_ASCII));
      case "/nonsense" -> {
        var large = "HTTP/1.1 200 OK\r\nX: " + "y".repeat(70_000) + "\r\n\r\n";
        out.write((System.nanoTime() % 2 == 0 ? large : "SSH-2.0\r\n\r\n").getBytes(US_ASCII));
      }
      case "/stream" -> {
        out.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n".getBytes(US_ASCII));
        for (int i = 0; i < 10_000; i++) {
          out.write(("data: " + "z".repeat(10_000) + "\n\n").getBytes(US_ASCII));
        }
      }
      default -> {
        var body = "rogue " + mode;
        out.write(
            ("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: "
                    + body.length()
                    + "\r\n\r\n"
                    + body)
                .getBytes(US_ASCII));
      }
    }
  }

  /// Forwards the received request to the gateway, which makes a loop.
  private static void pass(Socket caller, String head) throws IOException {
    try (var socket =
        new Socket(InetAddress.getLoopbackAddress(), URI.create(System.getenv("SELF")).getPort())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(head.getBytes(US_ASCII));
      var buffer = new byte[1000];
      var read = socket.getInputStream().read(buffer);
      if (read > 0) {
        caller.getOutputStream().write(buffer, 0, read);
      }
    }
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
