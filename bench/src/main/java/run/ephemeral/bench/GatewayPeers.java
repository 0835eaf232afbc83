package run.ephemeral.bench;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import run.ephemeral.testkit.Plane;

/// Starts the programs that are compared with the gateway, and the backend of all.
///
/// Each is configured like the gateway on two cores: two threads or workers, keep-alive to the
/// backend, no access log. Each listens on one port with a single route for all requests, and on
/// one port per larger number of routes, with a map from host names to ports.
final class GatewayPeers implements Closeable {
  private static final int FIRST = 10_000;
  private static final int LAST = 20_000;

  private final Path folder;
  private final int listening;
  private final int firstPort;
  private final List<Process> running = new ArrayList<>();

  /// @param listening the number of consecutive ports on which the backend listens
  GatewayPeers(Path folder, int listening) throws IOException {
    this.folder = folder;
    this.listening = listening;
    this.firstPort = freeRange(listening);
    // If root starts nginx, its workers run as another user.
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  int firstPort() {
    return firstPort;
  }

  static boolean isThere(String program) {
    return List.of("/usr/local/sbin", "/usr/sbin", "/usr/local/bin", "/usr/bin", "/bin").stream()
        .anyMatch(place -> Files.isExecutable(Path.of(place, program)));
  }

  /// Starts the backend: a small static answer at `/small`, one megabyte at `/large`.
  void backend() throws IOException, InterruptedException {
    Files.write(folder.resolve("large"), new byte[1 << 20]);
    nginx(
        "backend",
        1,
        """
        server {
          listen 127.0.0.1:%d-%d backlog=4096;
          location /small { return 200 "%s"; }
          location /large { root %s; }
        }
        """
            .formatted(firstPort, firstPort + listening - 1, "x".repeat(100), folder),
        firstPort);
  }

  /// @return one port per number of routes
  List<Integer> nginx(int echo, List<Integer> routes) throws IOException, InterruptedException {
    var ports = freePorts(routes.size());
    var text = new StringBuilder();
    for (int i = 0; i < listening; i++) {
      text.append(
          "upstream u%1$d { server 127.0.0.1:%1$d; keepalive 64; }\n".formatted(firstPort + i));
    }
    for (int i = 0; i < routes.size(); i++) {
      boolean many = routes.get(i) > 1;
      if (many) {
        text.append("map $host $to%d {\n".formatted(i));
        text.append(lines(routes.get(i), "%s.localhost u%d;"));
        text.append("}\n");
      }
      text.append(
          """
          server {
            listen 127.0.0.1:%d backlog=4096;
            location / {
              proxy_pass http://%s;
              proxy_http_version 1.1;
              proxy_set_header Connection "";
              proxy_set_header Host $host;
            }
            location /echo {
              proxy_pass http://127.0.0.1:%d;
              proxy_http_version 1.1;
              proxy_set_header Connection upgrade;
              proxy_set_header Upgrade $http_upgrade;
            }
          }
          """
              .formatted(ports.get(i), many ? "$to" + i : "u" + firstPort, echo));
    }
    nginx("nginx", 2, text.toString(), ports.getFirst());
    return ports;
  }

  List<Integer> haproxy(int echo, List<Integer> routes) throws IOException, InterruptedException {
    var ports = freePorts(routes.size());
    var text =
        new StringBuilder(
            """
            global
              nbthread 2
              maxconn 8000
            defaults
              mode http
              option http-keep-alive
              http-reuse always
              timeout connect 5s
              timeout client 300s
              timeout server 300s
              timeout tunnel 300s
            backend echo
              server s 127.0.0.1:%d
            """
                .formatted(echo));
    for (int i = 0; i < routes.size(); i++) {
      boolean many = routes.get(i) > 1;
      var map =
          Files.writeString(folder.resolve("map" + i), lines(routes.get(i), "%s.localhost %d"));
      text.append(
          """
          frontend f%1$d
            bind 127.0.0.1:%2$d backlog 4096
            use_backend echo if { path /echo }
            default_backend b%1$d
          backend b%1$d
            %3$s
            server s %4$s
          """
              .formatted(
                  i,
                  ports.get(i),
                  many ? "http-request set-dst-port hdr(host),map_str_int(" + map + ")" : "",
                  many ? "127.0.0.1" : "127.0.0.1:" + firstPort));
    }
    var file = Files.writeString(folder.resolve("haproxy.cfg"), text);
    start("haproxy", List.of("haproxy", "-db", "-f", file.toString()), ports.getFirst());
    return ports;
  }

  /// Starts the gateway as the product does, but without the rest of the control plane.
  List<Integer> gateway(int echo, List<Integer> routes) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add(Plane.JVM);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(GatewayProcess.class.getName());
    command.addAll(List.of(echo + "", firstPort + "", listening + ""));
    routes.forEach(number -> command.add(number.toString()));
    var process =
        new ProcessBuilder(command).redirectError(folder.resolve("gateway.log").toFile()).start();
    running.add(process);
    List<Integer> ports = new ArrayList<>();
    var out = process.inputReader();
    for (int i = 0; i < routes.size(); i++) {
      var line = out.readLine();
      if (line == null) {
        throw new IOException(Files.readString(folder.resolve("gateway.log")));
      }
      ports.add(Integer.parseInt(line));
    }
    return ports;
  }

  private String lines(int routes, String pattern) {
    int every = Math.max(1, routes / listening);
    return IntStream.range(0, routes)
        .mapToObj(
            route ->
                pattern.formatted(
                    GatewayProcess.label(route), firstPort + route / every % listening))
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private void nginx(String name, int workers, String servers, int port)
      throws IOException, InterruptedException {
    var head =
        """
        daemon off;
        pid %1$s/%2$s.pid;
        error_log %1$s/%2$s.log;
        worker_processes %3$d;
        worker_rlimit_nofile 20000;
        events { worker_connections 9000; }
        http {
          access_log off;
          client_body_temp_path %1$s/%2$s-1;
          proxy_temp_path %1$s/%2$s-2;
          fastcgi_temp_path %1$s/%2$s-3;
          uwsgi_temp_path %1$s/%2$s-4;
          scgi_temp_path %1$s/%2$s-5;
          keepalive_requests 1000000000;
          keepalive_timeout 300s;
          map_hash_max_size 65536;
          sendfile on;
          open_file_cache max=10;
          proxy_max_temp_file_size 0;
        """
            .formatted(folder, name, workers);
    var text = head + servers + "}\n";
    var file = Files.writeString(folder.resolve(name + ".conf"), text);
    start(name, List.of("nginx", "-p", folder.toString(), "-c", file.toString()), port);
  }

  private void start(String name, List<String> command, int port)
      throws IOException, InterruptedException {
    var log = folder.resolve(name + ".out");
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().merge("PATH", ":/usr/local/sbin:/usr/sbin", String::concat);
    var process = builder.redirectOutput(log.toFile()).start();
    running.add(process);
    while (!answers(port)) {
      if (process.waitFor(10, TimeUnit.MILLISECONDS)) {
        throw new IOException(name + " ended: " + Files.readString(log));
      }
    }
  }

  private static boolean answers(int port) {
    try (var socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private static List<Integer> freePorts(int count) throws IOException {
    List<Integer> ports = new ArrayList<>();
    List<ServerSocket> sockets = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
      sockets.add(socket);
      ports.add(socket.getLocalPort());
    }
    for (var socket : sockets) {
      socket.close();
    }
    return ports;
  }

  private static int freeRange(int count) throws IOException {
    int first = FIRST;
    for (int port = FIRST; port < LAST; port++) {
      try (var _ = new ServerSocket(port, 1, InetAddress.ofLiteral("127.0.0.1"))) {
        if (port - first + 1 == count) {
          return first;
        }
      } catch (IOException e) {
        first = port + 1;
      }
    }
    throw new IOException("no " + count + " ports in a row are free");
  }

  @Override
  public void close() {
    running.forEach(Process::destroy);
    for (var process : running) {
      try {
        if (!process.waitFor(5, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
  }
}
