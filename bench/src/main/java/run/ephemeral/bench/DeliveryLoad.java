package run.ephemeral.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import run.ephemeral.core.Hmac;
import run.ephemeral.testkit.github.GitHub;

/// Sends signed deliveries as GitHub does: recorded ones, each with another id and body, over
/// connections that stay open.
final class DeliveryLoad {
  private static final String COUNTER = "000000000000";

  private final int port;
  private final String path;
  private final String body;
  private final AtomicLong ids = new AtomicLong();
  private final String run = Long.toHexString(System.nanoTime());

  DeliveryLoad(int port, String path) {
    this.port = port;
    this.path = path;
    var recorded = Objects.requireNonNull(GitHub.recorded().get("pull_request")).getFirst();
    var delivery = recorded.deepCopy();
    delivery.withObject("/repository").put("full_name", "acme/shop").put("node_id", COUNTER + run);
    body = delivery.toString();
  }

  int bytes() {
    return body.length();
  }

  /// @param rate acknowledged in a second
  record Ran(double rate) {}

  private final class Line implements AutoCloseable {
    private final Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    private final InputStream in = new BufferedInputStream(socket.getInputStream());

    Line() throws IOException {
      socket.setTcpNoDelay(true);
    }

    /// @return the id of the delivery, which was acknowledged
    String deliver() throws IOException {
      var count = "%012d".formatted(ids.incrementAndGet());
      var id = run + "-" + count;
      var content = body.replace(COUNTER + run, count + run).getBytes(UTF_8);
      var head =
          """
          POST %s HTTP/1.1\r
          Host: localhost:%d\r
          Content-Type: application/json\r
          X-GitHub-Event: pull_request\r
          X-GitHub-Delivery: %s\r
          X-Hub-Signature-256: sha256=%s\r
          Content-Length: %d\r
          \r
          """
              .formatted(path, port, id, Hmac.of(GitHub.SECRET, content), content.length)
              .getBytes(ISO_8859_1);
      var all = new byte[head.length + content.length];
      System.arraycopy(head, 0, all, 0, head.length);
      System.arraycopy(content, 0, all, head.length, content.length);
      socket.getOutputStream().write(all);
      var status = line();
      for (var line = line(); !line.isEmpty(); line = line()) {
        // Headers; there is no body.
      }
      if (!status.startsWith("HTTP/1.1 204")) {
        throw new IOException("not acknowledged: " + status);
      }
      return id;
    }

    private String line() throws IOException {
      var line = new StringBuilder();
      for (var next = in.read(); next != '\n'; next = in.read()) {
        if (next < 0) {
          throw new IOException("the connection ended");
        }
        if (next != '\r') {
          line.append((char) next);
        }
      }
      return line.toString();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private interface Work {
    void on(Line line) throws IOException;
  }

  private void onLines(int count, Work work) throws InterruptedException {
    var failures = new ConcurrentLinkedQueue<IOException>();
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < count; i++) {
      threads.add(
          Thread.startVirtualThread(
              () -> {
                try (var line = new Line()) {
                  work.on(line);
                } catch (IOException e) {
                  failures.add(e);
                }
              }));
    }
    for (var thread : threads) {
      thread.join();
    }
    if (!failures.isEmpty()) {
      throw new UncheckedIOException(failures.element());
    }
  }

  /// As many as there can be.
  Ran run(int connections, Duration time) throws InterruptedException {
    var done = new AtomicLong();
    var began = System.nanoTime();
    onLines(
        connections,
        line -> {
          while (System.nanoTime() - began < time.toNanos()) {
            line.deliver();
            done.incrementAndGet();
          }
        });
    return new Ran(done.get() / ((System.nanoTime() - began) / 1e9));
  }

  /// At a rate, however slowly they are answered.
  ///
  /// @return milliseconds from when one was due until it was acknowledged
  Figures paced(int connections, double rate, Duration time) throws InterruptedException {
    var millis = new ConcurrentLinkedQueue<Double>();
    var next = new AtomicLong();
    var began = System.nanoTime();
    onLines(
        connections,
        line -> {
          while (true) {
            var due = began + (long) (next.getAndIncrement() / rate * 1e9);
            if (due - began > time.toNanos()) {
              return;
            }
            for (var left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
              LockSupport.parkNanos(left);
            }
            line.deliver();
            millis.add((System.nanoTime() - due) / 1e6);
          }
        });
    List<Double> all = new ArrayList<>(millis);
    return new Figures(all.stream().mapToDouble(Double::doubleValue).toArray());
  }

  /// Until the control plane is away.
  void untilItBreaks(int connections, Set<String> acknowledged) {
    try {
      onLines(
          connections,
          line -> {
            while (true) {
              acknowledged.add(line.deliver());
            }
          });
    } catch (UncheckedIOException e) {
      // As it has to be.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
