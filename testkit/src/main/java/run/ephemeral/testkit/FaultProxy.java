package run.ephemeral.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

/// An API server that fails as told: it leads to the real one of the test bed, with the test bed's
/// certificates on both sides, except for requests that have a [Fault].
///
/// It takes one request from each connection. It does not understand bodies in chunks, which
/// clients of an API server do not send.
public final class FaultProxy implements AutoCloseable {
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
  private static final byte[] END = {'\r', '\n', '\r', '\n'};
  private static final int MOST_HEAD = 64 << 10;
  private static final Pattern LENGTH = Pattern.compile("(?im)^content-length: *([0-9]+)");
  private static final Pattern UPGRADE = Pattern.compile("(?im)^upgrade:");
  private static final Pattern CONNECTION = Pattern.compile("(?im)^connection:.*\r\n");
  private static final Pattern WATCH = Pattern.compile("[?&]watch=(true|1)");

  private final URI server;
  private final SSLContext here;
  private final SSLContext there;
  private final SSLServerSocket listener;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final List<Rule> rules = new CopyOnWriteArrayList<>();
  private final Map<String, AtomicInteger> counts = new ConcurrentHashMap<>();
  private final LinkedBlockingQueue<String> asked = new LinkedBlockingQueue<>();

  /// What happens to a request instead.
  public sealed interface Fault {
    /// It is forwarded once the latch is open.
    record Held(CountDownLatch until) implements Fault {}

    /// The connection ends, and the server never sees the request.
    record Dropped() implements Fault {}

    /// The server has carried it out, and the connection ends before the answer.
    record Unanswered() implements Fault {}

    /// The answer's head comes, and then nothing, while the connection stays open.
    record Silent() implements Fault {}

    /// Another answer, which the server does not know of.
    ///
    /// @param headers lines such as `Retry-After: 1`
    record Answered(int status, List<String> headers, String body) implements Fault {
      public Answered {
        headers = List.copyOf(headers);
      }

      public static Answered of(int status, String... headers) {
        return new Answered(status, List.of(headers), "");
      }
    }
  }

  private record Rule(Pattern request, Fault fault, AtomicInteger left) {}

  /// @param method `WATCH` for a GET that watches
  private record Request(String method, String path, String head, String body) {
    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  private FaultProxy(URI server) throws Exception {
    this.server = server;
    var pki = TestBed.kubeconfig().resolveSibling("pki");
    this.here = Certificates.context(pki, "apiserver");
    this.there = Certificates.context(pki, "admin");
    this.listener =
        (SSLServerSocket) here.getServerSocketFactory().createServerSocket(0, 128, LOOPBACK);
    Thread.ofVirtual().name("fault-proxy").start(this::accept);
  }

  /// In front of an API server that has the certificates of the test bed.
  public static FaultProxy to(String server) throws Exception {
    return new FaultProxy(URI.create(server));
  }

  /// In front of the test bed's own API server.
  public static FaultProxy open() throws Exception {
    return to("https://198.18.128.1:6443");
  }

  public String url() {
    return "https://127.0.0.1:" + listener.getLocalPort();
  }

  /// The next request that matches fails, and the ones after it do not.
  ///
  /// @param request a regular expression for a method and a path, such as `PATCH .*/deployments/x`
  public void once(String request, Fault fault) {
    rules.add(new Rule(Pattern.compile(request + ".*"), fault, new AtomicInteger(1)));
  }

  /// All requests that match fail.
  public void always(String request, Fault fault) {
    rules.add(
        new Rule(Pattern.compile(request + ".*"), fault, new AtomicInteger(Integer.MAX_VALUE)));
  }

  /// Nothing fails any more. What is silent stays so.
  public void heal() {
    rules.clear();
  }

  /// Ends every connection.
  public void cut() {
    open.forEach(FaultProxy::close);
  }

  /// How many requests came since the last call of [#forget], by method, those that failed too.
  public Map<String, Integer> counts() {
    var now = new TreeMap<String, Integer>();
    counts.forEach((method, count) -> now.put(method, count.get()));
    return now;
  }

  public void forget() {
    counts.clear();
    asked.clear();
  }

  /// Waits for the next request.
  ///
  /// @return empty when none came within this time
  public Optional<String> next(Duration atMost) {
    asked.clear();
    try {
      return Optional.ofNullable(asked.poll(atMost.toNanos(), TimeUnit.NANOSECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        var socket = listener.accept();
        Thread.ofVirtual().name("fault-proxy").start(() -> serve(socket));
      } catch (IOException e) {
        // Closed.
      }
    }
  }

  private void serve(Socket client) {
    open.add(client);
    try (client) {
      var request = read(client.getInputStream());
      if (request.isPresent()) {
        var method = request.get().method();
        counts.computeIfAbsent(method, _ -> new AtomicInteger()).incrementAndGet();
        asked.add(request.get().toString());
        serve(client, request.get());
      }
    } catch (IOException e) {
      // One of the sides ended.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(client);
    }
  }

  private Optional<Fault> fault(Request request) {
    return rules.stream()
        .filter(rule -> rule.request().matcher(request.toString()).matches())
        .filter(rule -> rule.left().getAndUpdate(left -> Math.max(0, left - 1)) > 0)
        .map(Rule::fault)
        .findFirst();
  }

  private void serve(Socket client, Request request) throws IOException, InterruptedException {
    var fault = fault(request);
    if (fault.isEmpty()) {
      forward(client, request);
      return;
    }
    switch (fault.get()) {
      case Fault.Held(var until) -> {
        until.await();
        forward(client, request);
      }
      case Fault.Dropped() -> {}
      case Fault.Unanswered() -> {
        try (var upstream = send(request)) {
          upstream.getInputStream().readAllBytes();
        }
      }
      case Fault.Silent() -> {
        try (var upstream = send(request)) {
          client.getOutputStream().write(head(upstream.getInputStream()).orElseThrow());
          client.getOutputStream().flush();
          // Until the client gives up.
          client.getInputStream().read();
        }
      }
      case Fault.Answered(var status, var headers, var body) -> {
        var lines = new StringBuilder("HTTP/1.1 %d Told\r\n".formatted(status));
        headers.forEach(header -> lines.append(header).append("\r\n"));
        lines.append("Content-Type: application/json\r\nConnection: close\r\n");
        lines.append("Content-Length: %d\r\n\r\n%s".formatted(body.length(), body));
        client.getOutputStream().write(lines.toString().getBytes(ISO_8859_1));
      }
    }
  }

  private Socket send(Request request) throws IOException {
    var socket = there.getSocketFactory().createSocket(server.getHost(), server.getPort());
    open.add(socket);
    var out = socket.getOutputStream();
    out.write((request.head() + request.body()).getBytes(ISO_8859_1));
    out.flush();
    return socket;
  }

  private void forward(Socket client, Request request) throws IOException, InterruptedException {
    try (var upstream = send(request)) {
      var isUpgrade = UPGRADE.matcher(request.head()).find();
      var back =
          isUpgrade
              ? Thread.startVirtualThread(() -> copy(client, upstream))
              : Thread.startVirtualThread(() -> endWith(client, upstream));
      var head = head(upstream.getInputStream());
      if (head.isPresent()) {
        client.getOutputStream().write(head.get());
        copy(upstream, client);
      }
      close(client);
      back.join();
      open.remove(upstream);
    }
  }

  /// A client that goes away ends its watch at the server.
  private static void endWith(Socket client, Socket upstream) {
    try {
      client.getInputStream().read();
    } catch (IOException e) {
      // It has gone.
    }
    close(upstream);
  }

  private static void copy(Socket from, Socket to) {
    var buffer = new byte[16 << 10];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (var read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        out.write(buffer, 0, read);
        out.flush();
      }
    } catch (IOException e) {
      // One of them has ended.
    }
    close(from);
    close(to);
  }

  private static Optional<byte[]> head(InputStream in) throws IOException {
    var head = new ByteArrayOutputStream();
    var matched = 0;
    while (matched < END.length && head.size() < MOST_HEAD) {
      var next = in.read();
      if (next < 0) {
        return Optional.empty();
      }
      head.write(next);
      matched = next == END[matched] ? matched + 1 : next == END[0] ? 1 : 0;
    }
    return Optional.of(head.toByteArray());
  }

  private static Optional<Request> read(InputStream in) throws IOException {
    var bytes = head(in);
    if (bytes.isEmpty()) {
      return Optional.empty();
    }
    var head = new String(bytes.get(), ISO_8859_1);
    var line = head.substring(0, head.indexOf('\r')).split(" ", 3);
    var length = LENGTH.matcher(head);
    var body = in.readNBytes(length.find() ? Integer.parseInt(length.group(1)) : 0);
    // One request a connection, so that each is seen: the server ends it, too.
    if (!UPGRADE.matcher(head).find()) {
      head = CONNECTION.matcher(head).replaceAll("");
      head = head.substring(0, head.length() - 2) + "Connection: close\r\n\r\n";
    }
    var method = WATCH.matcher(line[1]).find() ? "WATCH" : line[0];
    return Optional.of(new Request(method, line[1], head, new String(body, ISO_8859_1)));
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is closed already.
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    cut();
  }
}
