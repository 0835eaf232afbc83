package run.ephemeral.testkit.github;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/// Serves repositories by `git http-backend`, for those who have a token.
final class GitHttp {
  private GitHttp() {}

  /// @param allowed the repository that may be read
  static void serve(HttpExchange exchange, GitHub hub, Optional<String> allowed)
      throws IOException {
    var path = exchange.getRequestURI().getPath();
    if (!path.contains(".git/")) {
      exchange.sendResponseHeaders(404, -1);
      return;
    }
    if (allowed.isEmpty()) {
      exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"GitHub\"");
      exchange.sendResponseHeaders(401, -1);
      return;
    }
    if (!path.startsWith("/" + allowed.get() + ".git/")) {
      exchange.sendResponseHeaders(404, -1);
      return;
    }
    var builder = new ProcessBuilder("git", "http-backend");
    var env = builder.environment();
    env.put("GIT_PROJECT_ROOT", hub.folder.resolve("served").toString());
    env.put("GIT_HTTP_EXPORT_ALL", "1");
    env.put("GIT_CONFIG_NOSYSTEM", "1");
    env.put("GIT_CONFIG_GLOBAL", "/dev/null");
    env.put("PATH_INFO", path);
    env.put("REQUEST_METHOD", exchange.getRequestMethod());
    env.put("QUERY_STRING", Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse(""));
    header(exchange, "Content-Type").ifPresent(type -> env.put("CONTENT_TYPE", type));
    header(exchange, "Content-Encoding").ifPresent(how -> env.put("HTTP_CONTENT_ENCODING", how));
    header(exchange, "Git-Protocol").ifPresent(version -> env.put("GIT_PROTOCOL", version));
    var process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    var sent = exchange.getRequestBody().readAllBytes();
    Thread.startVirtualThread(() -> feed(process, sent));
    answer(exchange, process.getInputStream());
  }

  private static void feed(Process process, byte[] sent) {
    try (var out = process.getOutputStream()) {
      out.write(sent);
    } catch (IOException e) {
      process.destroy();
    }
  }

  private static Optional<String> header(HttpExchange exchange, String name) {
    return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name));
  }

  /// The answer of CGI: headers, an empty line, the body.
  private static void answer(HttpExchange exchange, InputStream in) throws IOException {
    var status = 200;
    for (var line = line(in); !line.isEmpty(); line = line(in)) {
      var name = line.replaceFirst(":.*", "");
      var value = line.replaceFirst("[^:]*: *", "");
      if (name.equals("Status")) {
        status = Integer.parseInt(value.substring(0, 3));
      } else {
        exchange.getResponseHeaders().set(name, value);
      }
    }
    exchange.sendResponseHeaders(status, 0);
    in.transferTo(exchange.getResponseBody());
  }

  private static String line(InputStream in) throws IOException {
    var line = new ByteArrayOutputStream();
    for (var next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
      line.write(next);
    }
    return line.toString(ISO_8859_1).strip();
  }
}
