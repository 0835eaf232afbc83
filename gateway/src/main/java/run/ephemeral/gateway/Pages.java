package run.ephemeral.gateway;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import run.ephemeral.core.gateway.Notice.Detail;

/// Writes a [Page] as HTML for people and as `application/problem+json` (RFC 9457) for
/// programs.
///
/// Names, headlines and logs come from pull requests: everything is escaped, and the page
/// allows no script.
final class Pages {
  private static final String TEMPLATE = resource("page.html");
  private static final String POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

  private static final String AGAIN =
      "<p class=\"again\">This page asks again by itself and shows the app once it is there.</p>";

  private Pages() {}

  static FullHttpResponse response(Page page, Asked asked, boolean goOn) {
    var text = asked.html() ? html(page) : json(page);
    var response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            status(page.status()),
            Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.UTF_8)));
    var headers = response.headers();
    headers.set(
        HttpHeaderNames.CONTENT_TYPE,
        asked.html() ? "text/html; charset=utf-8" : "application/problem+json");
    headers.set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes());
    headers.set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE);
    headers.set("x-content-type-options", "nosniff");
    if (asked.html()) {
      headers.set(HttpHeaderNames.CONTENT_SECURITY_POLICY, POLICY);
    }
    if (page.passes()) {
      headers.set(HttpHeaderNames.RETRY_AFTER, "2");
    }
    if (page.status() == 405) {
      headers.set(HttpHeaderNames.ALLOW, "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
    }
    if (!goOn) {
      headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    } else if (!asked.http11()) {
      headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
    }
    return response;
  }

  private static HttpResponseStatus status(int code) {
    return code == 508
        ? new HttpResponseStatus(code, "Loop Detected")
        : HttpResponseStatus.valueOf(code);
  }

  static String html(Page page) {
    var environment = Objects.toString(page.environment(), "ephemeral.run");
    var phase = page.phase();
    return TEMPLATE
        .replace("{{refresh}}", page.passes() ? "<meta http-equiv=\"refresh\" content=\"2\">" : "")
        .replace("{{mood}}", mood(page))
        .replace("{{status}}", Integer.toString(page.status()))
        .replace("{{phase}}", phase == null ? Integer.toString(page.status()) : phase.word())
        .replace("{{again}}", page.passes() ? AGAIN : "")
        .replace("{{details}}", list(page.details()))
        .replace("{{log}}", log(page.log()))
        .replace("{{next}}", next(page.next()))
        .replace("{{environment}}", escaped(environment))
        .replace("{{title}}", escaped(page.title()))
        .replace("{{detail}}", escaped(page.detail()));
  }

  private static String mood(Page page) {
    return page.passes() ? "soon" : page.status() >= 500 ? "broken" : "still";
  }

  private static String list(List<Detail> details) {
    return details.isEmpty()
        ? ""
        : details.stream().map(Pages::item).collect(Collectors.joining("", "<ul>", "</ul>"));
  }

  private static String item(Detail detail) {
    return "<li><strong>"
        + escaped(detail.component().value())
        + "</strong><span>"
        + escaped(detail.text())
        + "</span></li>";
  }

  private static String log(List<String> lines) {
    return lines.isEmpty()
        ? ""
        : "<h2>Last lines of the log</h2><pre>" + escaped(String.join("\n", lines)) + "</pre>";
  }

  private static String next(List<String> commands) {
    return commands.isEmpty()
        ? ""
        : commands.stream()
            .map(command -> "<code>" + escaped(command) + "</code>")
            .collect(Collectors.joining("", "<h2>To know more</h2><p class=\"next\">", "</p>"));
  }

  static String json(Page page) {
    var environment = page.environment();
    var phase = page.phase();
    var kind = phase == null ? Integer.toString(page.status()) : phase.word();
    return "{\"type\":"
        + quoted("https://ephemeral.run/problems/" + kind)
        + ",\"title\":"
        + quoted(page.title())
        + ",\"status\":"
        + page.status()
        + ",\"detail\":"
        + quoted(page.detail())
        + (environment == null ? "" : ",\"environment\":" + quoted(environment.value()))
        + (phase == null ? "" : ",\"phase\":" + quoted(phase.word()))
        + ",\"details\":"
        + array(page.details().stream().map(it -> it.component() + " " + it.text()).toList())
        + ",\"log\":"
        + array(page.log())
        + "}";
  }

  private static String array(List<String> lines) {
    return lines.stream().map(Pages::quoted).collect(Collectors.joining(",", "[", "]"));
  }

  private static String quoted(String text) {
    var out = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> out.append('\\').append(c);
        case '\n' -> out.append("\\n");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < ' ' || c == 0x7f) {
            out.append("\\u%04x".formatted((int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    return out.append('"').toString();
  }

  /// Escapes braces, too, so that no text can contain a placeholder of the template.
  private static String escaped(String text) {
    var out = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        case '{' -> out.append("&#123;");
        default -> out.append(c);
      }
    }
    return out.toString();
  }

  private static String resource(String name) {
    try (var in = Objects.requireNonNull(Pages.class.getResourceAsStream(name))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
