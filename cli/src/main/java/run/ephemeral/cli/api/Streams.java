package run.ephemeral.cli.api;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import run.ephemeral.cli.CliFault;
import run.ephemeral.cli.Exit;

/// Opens streams of server-sent events and of messages with `HttpClient`: `HttpURLConnection`
/// cannot be closed while another thread reads. Loaded only when a stream is opened.
final class Streams {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration ANSWER = Duration.ofMinutes(2);

  private final Refusals refusals;
  private final @Nullable String token;
  private final boolean loopback;
  private @Nullable HttpClient client;

  Streams(Refusals refusals, @Nullable String token, boolean loopback) {
    this.refusals = refusals;
    this.token = token;
    this.loopback = loopback;
  }

  EventStream open(String method, URI url, byte @Nullable [] body) {
    var publisher = body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body);
    var request =
        HttpRequest.newBuilder(url)
            .method(method, publisher)
            .timeout(ANSWER)
            .header("Accept", "text/event-stream, application/problem+json");
    if (body != null) {
      request.header("Content-Type", "application/json");
    }
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    try {
      var response = client().send(request.build(), BodyHandlers.ofInputStream());
      if (response.statusCode() == 200) {
        return new EventStream(response.body());
      }
      try (InputStream refused = response.body()) {
        throw refusals.of(response.statusCode(), refused.readNBytes(1 << 20));
      }
    } catch (IOException e) {
      throw refusals.unreachable(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CliFault(Exit.INTERRUPTED, "interrupted");
    }
  }

  MessageStream messages(URI url) {
    var incoming = new MessageStream.Incoming();
    var builder = client().newWebSocketBuilder().connectTimeout(CONNECT);
    if (token != null) {
      builder.header("Authorization", "Bearer " + token);
    }
    try {
      var address = URI.create(url.toString().replaceFirst("^http", "ws"));
      return new MessageStream(incoming, builder.buildAsync(address, incoming).get());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof WebSocketHandshakeException refused) {
        throw refusals.of(refused.getResponse().statusCode(), new byte[0]);
      }
      throw refusals.unreachable(
          e.getCause() instanceof IOException io ? io : new IOException(e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CliFault(Exit.INTERRUPTED, "interrupted");
    }
  }

  private synchronized HttpClient client() {
    if (client == null) {
      var builder =
          HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT);
      client = (loopback ? builder.proxy(HttpClient.Builder.NO_PROXY) : builder).build();
    }
    return client;
  }
}
