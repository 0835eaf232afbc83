package run.ephemeral.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The home folder of the control plane and the addresses it listens on.
///
/// A requested port is used or the start fails. Otherwise the port is that of the last start, or
/// the default, or the next free one above; it is remembered, so that addresses stay the same.
///
/// @param bot the name that commands in comments begin with
/// @param url where others reach the API, such as `https://ephemeral.example.com`
/// @param token bearer token that requests must have; required unless `host` is a loopback address
public record Settings(
    Path home,
    String host,
    int port,
    int gatewayPort,
    String bot,
    Optional<String> url,
    Optional<String> token) {
  private static final Logger LOG = LoggerFactory.getLogger(Settings.class);
  private static final String USUAL_HOST = "127.0.0.1";
  private static final int USUAL_PORT = 7070;
  private static final Pattern URL = Pattern.compile("https?://[^/?#@\\s]+/*");
  private static final int USUAL_GATEWAY_PORT = 8080;
  private static final int TRIES = 100;
  private static final String USUAL_BOT = "runbot";
  private static final Pattern BOT = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9-]{0,38}[A-Za-z0-9])?");

  /// Call only while holding the [HomeLock]: this reads and writes the remembered ports.
  static Settings of(Path home, Properties system, Map<String, String> environment) {
    var token = Optional.ofNullable(environment.get("EPHEMERAL_TOKEN")).filter(t -> !t.isBlank());
    var listen = Optional.ofNullable(system.getProperty("ephemeral.listen"));
    var host = listen.map(Settings::hostOf).orElse(USUAL_HOST);
    if (!isLoopback(host) && token.isEmpty()) {
      throw StartFault.usage(
          ("%s can be reached by others: set EPHEMERAL_TOKEN to a secret that requests must carry,"
                  + " or listen on %s")
              .formatted(host, USUAL_HOST));
    }
    var remembered = remembered(home);
    var port = port(host, listen.flatMap(Settings::portOf), remembered, "api", USUAL_PORT);
    var wished =
        Optional.ofNullable(system.getProperty("ephemeral.gateway.port")).map(Settings::number);
    var gateway = port(USUAL_HOST, wished, remembered, "gateway", USUAL_GATEWAY_PORT);
    remember(home, port, gateway);
    return new Settings(home, host, port, gateway, bot(environment), url(environment), token);
  }

  private static String bot(Map<String, String> environment) {
    var text = environment.getOrDefault("EPHEMERAL_BOT", "");
    var name = text.isBlank() ? USUAL_BOT : text.strip().replaceFirst("^@", "");
    if (!BOT.matcher(name).matches()) {
      throw StartFault.usage(
          "EPHEMERAL_BOT has to be a name of letters, digits and dashes, such as runbot, not `%s`"
              .formatted(text));
    }
    return name;
  }

  private static Optional<String> url(Map<String, String> environment) {
    var text = Optional.ofNullable(environment.get("EPHEMERAL_URL")).filter(it -> !it.isBlank());
    if (text.isPresent() && !URL.matcher(text.get()).matches()) {
      throw StartFault.usage(
          "EPHEMERAL_URL has to be a URL such as https://ephemeral.example.com, and not `%s`"
              .formatted(text.get()));
    }
    return text.map(it -> it.replaceAll("/+$", ""));
  }

  static Path home(Properties system, Map<String, String> environment) {
    var named =
        Optional.ofNullable(system.getProperty("ephemeral.home"))
            .or(() -> Optional.ofNullable(environment.get("EPHEMERAL_HOME")));
    var home =
        named.map(Path::of).orElseGet(() -> Path.of(system.getProperty("user.home"), ".ephemeral"));
    try {
      if (!Files.exists(home)) {
        Files.createDirectories(home.toAbsolutePath());
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx------"));
      }
      if (!Files.isDirectory(home) || !Files.isWritable(home)) {
        throw unusable(
            home, Files.isDirectory(home) ? "it cannot be written to" : "it is no folder");
      }
      return home.toRealPath();
    } catch (IOException e) {
      throw unusable(home, e instanceof FileSystemException it ? why(it) : e.getMessage());
    }
  }

  /// Its message may be a file name only.
  static String why(IOException e) {
    return e instanceof FileSystemException file && file.getReason() == null
        ? "%s cannot be made or used".formatted(file.getFile())
        : String.valueOf(e.getMessage());
  }

  private static StartFault unusable(Path home, @Nullable String why) {
    return new StartFault(
        "%s cannot be the home of a control plane: %s; set EPHEMERAL_HOME to another folder"
            .formatted(home, why));
  }

  /// The URL of the API.
  String api() {
    return "http://" + inUrl(host) + ":" + port;
  }

  /// The URL of the API, as others know it.
  String urlForOthers() {
    return url.orElseGet(this::api);
  }

  private static String inUrl(String host) {
    return host.contains(":") ? "[" + host + "]" : host;
  }

  /// Host names for the loopback address that are accepted in URLs: the usual ones, the configured
  /// host, and the address that it resolves to.
  Set<String> localNames() {
    var names = new HashSet<>(Set.of("localhost", "127.0.0.1", "[::1]"));
    names.add(inUrl(host.toLowerCase(Locale.ROOT)));
    address(host).map(InetAddress::getHostAddress).map(Settings::inUrl).ifPresent(names::add);
    return Set.copyOf(names);
  }

  boolean isLoopback() {
    return isLoopback(host);
  }

  private static boolean isLoopback(String host) {
    return address(host)
        .orElseThrow(
            () -> StartFault.usage("`%s` is not an address of this machine".formatted(host)))
        .isLoopbackAddress();
  }

  private static Optional<InetAddress> address(String host) {
    try {
      return Optional.of(InetAddress.getByName(host));
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  private static String hostOf(String listen) {
    var colon = colonBeforePort(listen);
    var host = colon < 0 ? listen : listen.substring(0, colon);
    return host.isEmpty() ? USUAL_HOST : host.replaceAll("^\\[|]$", "");
  }

  private static Optional<Integer> portOf(String listen) {
    var colon = colonBeforePort(listen);
    return colon < 0 ? Optional.empty() : Optional.of(number(listen.substring(colon + 1)));
  }

  /// An IPv6 address without brackets has no port: all its colons belong to the address.
  private static int colonBeforePort(String listen) {
    var colon = listen.lastIndexOf(':');
    var isAddress = listen.indexOf(':') != colon && !listen.startsWith("[");
    return isAddress || colon < listen.lastIndexOf(']') ? -1 : colon;
  }

  private static int number(String text) {
    try {
      var port = Integer.parseInt(text);
      if (port >= 0 && port <= 65535) {
        return port;
      }
    } catch (NumberFormatException e) {
      throw noPort(text);
    }
    throw noPort(text);
  }

  private static StartFault noPort(String text) {
    return StartFault.usage("`%s` is not a port; write a number up to 65535".formatted(text));
  }

  private static int port(
      String host, Optional<Integer> wished, Properties remembered, String name, int usual) {
    if (wished.isPresent()) {
      if (!isFree(host, wished.get())) {
        throw StartFault.refused(
            "port %d is taken by another program; stop it, or choose another port"
                .formatted(wished.get()));
      }
      return wished.get() == 0 ? anyFree(host) : wished.get();
    }
    var known = remembered.getProperty(name, "");
    var first = known.matches("[1-9][0-9]{0,4}") ? Integer.parseInt(known) : usual;
    for (int port = first; port < first + TRIES; port++) {
      if (isFree(host, port)) {
        if (port != first) {
          LOG.warn("port {} is in use by another program; the {} listens on {}", first, name, port);
        }
        return port;
      }
    }
    throw StartFault.refused("no port from %d on is free".formatted(first));
  }

  private static boolean isFree(String host, int port) {
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(host, port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static int anyFree(String host) {
    try (var socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(host, 0));
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new StartFault("no port is free on " + host);
    }
  }

  private static Properties remembered(Path home) {
    var ports = new Properties();
    var file = home.resolve("ports");
    if (Files.exists(file)) {
      try (var in = Files.newBufferedReader(file)) {
        ports.load(in);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return ports;
  }

  private static void remember(Path home, int api, int gateway) {
    var ports = new Properties();
    ports.setProperty("api", Integer.toString(api));
    ports.setProperty("gateway", Integer.toString(gateway));
    var half = home.resolve("ports.half");
    try {
      try (var out = Files.newBufferedWriter(half)) {
        ports.store(out, null);
      }
      Files.move(
          half,
          home.resolve("ports"),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new StartFault(
          "the folder %s cannot be written to: %s".formatted(home, e.getMessage()));
    }
  }
}
