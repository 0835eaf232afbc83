import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** A client of another service. Its timeouts are short: the page must not wait for it long. */
final class Service {

  private static final int CONNECT_MILLIS = 1000;
  private static final int ANSWER_MILLIS = 4000;

  private final String url;

  Service(String url) {
    this.url = url;
  }

  String get(String path) throws IOException {
    return answer(connection(path));
  }

  String post(String path, String form) throws IOException {
    HttpURLConnection connection = connection(path);
    connection.setDoOutput(true);
    connection.getOutputStream().write(form.getBytes(StandardCharsets.UTF_8));
    return answer(connection);
  }

  private HttpURLConnection connection(String path) throws IOException {
    if (url == null) {
      throw new IOException("nobody told us where it is");
    }
    HttpURLConnection connection =
        (HttpURLConnection) URI.create(url + path).toURL().openConnection();
    connection.setConnectTimeout(CONNECT_MILLIS);
    connection.setReadTimeout(ANSWER_MILLIS);
    return connection;
  }

  private static String answer(HttpURLConnection connection) throws IOException {
    try (InputStream body = connection.getInputStream()) {
      return new String(body.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
