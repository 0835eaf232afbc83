package run.ephemeral.cli.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import run.ephemeral.wire.GitHubFormView;

/// A page of this machine that sends the form for a GitHub App, and to which GitHub leads back with
/// a code.
public final class GitHubForm implements AutoCloseable {
  private static final int STATE_BYTES = 16;
  private final HttpServer server;
  private final String state;
  private final String path;
  private final CompletableFuture<String> code = new CompletableFuture<>();
  private volatile Optional<GitHubFormView> form = Optional.empty();

  /// @param port 0 for any
  public GitHubForm(int port) throws IOException {
    state = random();
    path = "/" + random();
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext("/", this::page);
    server.start();
  }

  private static String random() {
    var random = new byte[STATE_BYTES];
    new SecureRandom().nextBytes(random);
    return HexFormat.of().formatHex(random);
  }

  public int port() {
    return server.getAddress().getPort();
  }

  /// That nobody else on this machine can guess.
  public String url() {
    return "http://%s%s".formatted(host(), path);
  }

  private String host() {
    return "127.0.0.1:%d".formatted(port());
  }

  /// Where GitHub leads back to.
  public String redirect() {
    return "http://%s/created".formatted(host());
  }

  public void show(GitHubFormView form) {
    this.form = Optional.of(form);
  }

  /// @return empty when nobody made the App in time
  public Optional<String> code(Duration atMost) throws InterruptedException {
    try {
      return Optional.of(code.get(atMost.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private void page(HttpExchange exchange) throws IOException {
    var given = Optional.<String>empty();
    try (exchange) {
      var asked = exchange.getRequestURI().getPath();
      var isOurs = host().equals(exchange.getRequestHeaders().getFirst("Host"));
      if (isOurs && asked.equals(path)) {
        form.ifPresentOrElse(
            known -> send(exchange, 200, sending(known)),
            () -> send(exchange, 503, "<p>Not ready yet; load this page again.</p>"));
      } else if (isOurs && asked.equals("/created")) {
        given = created(exchange);
      } else {
        send(exchange, 404, "<p>There is nothing here.</p>");
      }
    }
    // The page is sent; whoever waits closes this server.
    given.ifPresent(code::complete);
  }

  private Optional<String> created(HttpExchange exchange) {
    var query = query(Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse(""));
    var given = Optional.ofNullable(query.get("code")).filter(text -> !text.isEmpty());
    if (given.isEmpty() || !state.equals(query.get("state"))) {
      send(exchange, 400, "<p>This is not the answer that was waited for; begin again.</p>");
      return Optional.empty();
    }
    send(exchange, 200, "<h1>Back from GitHub</h1><p>The terminal says what comes next.</p>");
    return given;
  }

  private String sending(GitHubFormView known) {
    return """
    <h1>Make a GitHub App</h1>
    <p>GitHub asks for its name next. Its key goes to your control plane only.</p>
    <form method="post" action="%s">
    <input type="hidden" name="manifest" value="%s"><button>Continue to GitHub</button>
    </form>
    """
        .formatted(escaped(known.action() + "?state=" + state), escaped(known.manifest()));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("\"", "&quot;")
        .replace("<", "&lt;")
        .replace(">", "&gt;");
  }

  private static Map<String, String> query(String text) {
    var all = new HashMap<String, String>();
    for (var part : text.split("&", -1)) {
      var equals = part.indexOf('=');
      if (equals > 0) {
        all.put(part.substring(0, equals), URLDecoder.decode(part.substring(equals + 1), UTF_8));
      }
    }
    return all;
  }

  private static void send(HttpExchange exchange, int status, String content) {
    try {
      var page =
          """
          <!doctype html>
          <html lang="en"><meta charset="utf-8"><title>ephemeral.run</title>
          <style>body { font: 1.1rem sans-serif; margin: 4rem auto; max-width: 34rem }</style>
          %s
          </html>
          """
              .formatted(content);
      var bytes = page.getBytes(UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
      exchange.getResponseHeaders().set("Cache-Control", "no-store");
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    } catch (IOException e) {
      // The browser went away.
    }
  }

  @Override
  public void close() {
    server.stop(1);
  }
}
