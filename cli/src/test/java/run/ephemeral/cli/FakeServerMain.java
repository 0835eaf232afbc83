package run.ephemeral.cli;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import run.ephemeral.cli.api.Json;
import run.ephemeral.wire.ServerFile;
import run.ephemeral.wire.Status;

/// A fake control plane as a process that can be started, found and stopped. `$FAKE_FAULT` makes
/// it exit at once with an expected failure, `$FAKE_CRASH` with an unexpected one; `$FAKE_LOCKED`
/// pretends that another process holds the home; `$FAKE_SLOW` makes it never begin to answer;
/// `$FAKE_GATEWAY` is the gateway's URL.
public final class FakeServerMain {
  private FakeServerMain() {}

  public static void main(String[] args) throws IOException {
    if (System.getenv("FAKE_FAULT") != null) {
      System.out.println("2026-01-02 ERROR EPHEMERAL-FAULT: " + System.getenv("FAKE_FAULT"));
      System.exit(1);
    }
    if (System.getenv("FAKE_CRASH") != null) {
      System.out.println("first\nsecond");
      System.exit(7);
    }
    if (System.getenv("FAKE_LOCKED") != null) {
      awaitLock(Path.of(System.getProperty("ephemeral.home")));
    }
    if (System.getenv("FAKE_SLOW") != null) {
      LockSupport.park();
    }
    System.out.println("keeps " + System.getProperty("ephemeral.log"));
    var home = Path.of(System.getProperty("ephemeral.home"));
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    var api = "http://127.0.0.1:" + server.getAddress().getPort();
    var pid = ProcessHandle.current().pid();
    var status =
        new Status("0.1.0", pid, home.toString(), Instant.EPOCH, api, listen(), "18", 1, 3);
    server.createContext(
        "/api/v1",
        exchange -> {
          var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          var path = exchange.getRequestURI().getPath();
          if (path.endsWith("/stream")) {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().flush();
            return;
          }
          var answer = Json.write(path.endsWith("/demo") ? Samples.shop() : status);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
          if (path.endsWith("/shutdown")) {
            Files.writeString(home.resolve("shutdown"), body);
            Files.delete(home.resolve("server.json"));
            System.exit(0);
          }
        });
    server.start();
    var file = new ServerFile(pid, api, gateway(), "0.1.0", null);
    Files.write(home.resolve("server.json.new"), Json.write(file));
    Files.move(
        home.resolve("server.json.new"),
        home.resolve("server.json"),
        StandardCopyOption.REPLACE_EXISTING);
  }

  private static void awaitLock(Path home) throws IOException {
    if (Integer.getInteger("ephemeral.lock.seconds", 0) == 0) {
      System.out.println("EPHEMERAL-FAULT: a control plane runs on " + home + " already");
      System.exit(1);
    }
    Files.writeString(home.resolve("waits"), "" + ProcessHandle.current().pid());
    while (true) {
      LockSupport.park();
    }
  }

  private static String gateway() {
    return System.getenv().getOrDefault("FAKE_GATEWAY", "http://localhost:8080");
  }

  private static String listen() {
    return "%s %s"
        .formatted(
            System.getProperty("ephemeral.listen"), System.getProperty("ephemeral.gateway.port"));
  }
}
