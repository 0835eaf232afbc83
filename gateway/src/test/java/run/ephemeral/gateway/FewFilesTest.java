package run.ephemeral.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static run.ephemeral.testkit.Eventually.eventually;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// When the process may open no more files, the gateway goes on with what is open, and recovers
/// by itself.
@EnabledOnOs(OS.LINUX)
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class FewFilesTest {
  private static final String GET = "GET / HTTP/1.1|Host: pr-shop-1.localhost||";
  private static final String LAST = "GET /last HTTP/1.1|Host: pr-shop-1.localhost||";
  private static final int FILES = 200;
  private static final int MANY = 10_000;

  private final List<Wire> wires = new ArrayList<>();
  private final Wire.Server service;
  private Process process;
  private BufferedReader out;
  private int port;

  FewFilesTest() throws Exception {
    service =
        new Wire.Server(
            wire -> {
              for (var head = wire.head(); !head.isEmpty(); head = wire.head()) {
                wire.send("HTTP/1.1 200 OK|Content-Length: 2||ok");
                if (head.startsWith("GET /last ")) {
                  return;
                }
              }
            });
    process = start();
    out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    port = Integer.parseInt(out.readLine());
  }

  private Process start() throws IOException {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return new ProcessBuilder(
            "sh",
            "-c",
            "ulimit -n " + FILES + " && exec \"$@\"",
            "sh",
            java,
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            FewFiles.class.getName(),
            Integer.toString(service.port()),
            Integer.toString(MANY))
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  @AfterEach
  void close() throws Exception {
    wires.forEach(Wire::close);
    process.destroyForcibly().waitFor();
    out.close();
    service.close();
  }

  private String tell(String command) throws IOException {
    process.getOutputStream().write((command + "\n").getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
    return out.readLine();
  }

  private Wire connect() throws IOException {
    wires.add(Wire.to(port));
    return wires.getLast();
  }

  private static boolean isServed(Wire wire) {
    try {
      return wire.send(GET).head().startsWith("HTTP/1.1 200 ") && wire.take(2).equals("ok");
    } catch (IOException e) {
      return false;
    }
  }

  private boolean isNewcomerServed() {
    try (var wire = Wire.to(port)) {
      return isServed(wire);
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void connectionsThatTakeAllFilesKeepNobodyOut() throws Exception {
    for (int i = 0; i < 2 * FILES; i++) {
      connect();
    }
    eventually("a newcomer is served", this::isNewcomerServed);
    wires.forEach(Wire::close);
    assertThat(isServed(connect())).as("when they have left").isTrue();
  }

  @Test
  void whoIsThereIsServedWhileNoFileIsLeft() throws Exception {
    var before = connect();
    assertThat(isServed(before)).isTrue();
    tell("take");
    assertThat(isServed(before)).isTrue();
    tell("give");
    eventually("a newcomer is served", this::isNewcomerServed);
  }

  @Test
  void aServiceThatCannotBeAskedForLackOfFilesIsNotBlamed() throws Exception {
    loadClasses();
    var wire = connect();
    eventually("no file is left for a connection to it", () -> isRefused(wire));
    tell("give");
    eventually("a newcomer is served", this::isNewcomerServed);
  }

  /// Loads the classes needed later: without a file, none can be loaded from a folder.
  private void loadClasses() throws IOException {
    try (var wire = Wire.to(port)) {
      var head = wire.send("GET / HTTP/1.1|Host: nobody.localhost||").head();
      assertThat(head).startsWith("HTTP/1.1 404 ");
    }
    try (var wire = Wire.to(port)) {
      assertThat(wire.send(LAST.replace("||", "|Connection: close||")).rest()).endsWith("ok");
    }
  }

  /// The service closes its connection after each answer, so that each needs a file.
  private boolean isRefused(Wire wire) {
    try {
      tell("take");
      var head = wire.send(LAST).head();
      var length = head.replaceAll("(?is).*content-length: (\\d+).*", "$1");
      var body = wire.take(Integer.parseInt(length));
      return head.startsWith("HTTP/1.1 503 ") && body.contains("no file left");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void anAddressIsRefusedForLackOfFilesAndThoseThatAreOpenStay() throws Exception {
    var first = tell("address of web");
    assertThat(first).matches("\\d+");
    tell("take");
    assertThat(tell("address")).contains("no listener can be opened", "Too many open files");
    assertThat(tell("address of web")).isEqualTo(first);
    tell("give");
    assertThat(tell("address")).matches("\\d+");
    port = Integer.parseInt(first);
    assertThat(isServed(connect())).isTrue();
  }
}
