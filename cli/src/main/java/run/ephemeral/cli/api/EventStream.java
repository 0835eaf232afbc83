package run.ephemeral.cli.api;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Server-sent events, read one by one. Not for several threads, except [#close].
public final class EventStream implements AutoCloseable {
  private final InputStream bytes;
  private final BufferedReader lines;

  EventStream(InputStream bytes) {
    this.bytes = bytes;
    this.lines = new BufferedReader(new InputStreamReader(bytes, StandardCharsets.UTF_8));
  }

  /// One event.
  ///
  /// @param type what it says after `event:`
  public record Message(String type, String data) {
    public <T> T as(Class<T> record) {
      try {
        return Json.read(Json.parse(data), record);
      } catch (IOException e) {
        throw new IllegalArgumentException("not JSON: " + data, e);
      }
    }
  }

  /// Waits for the next event; nothing when the stream has ended.
  public Optional<Message> next() throws IOException {
    var type = "message";
    var data = new StringBuilder();
    for (var line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.isEmpty()) {
        if (!data.isEmpty()) {
          return Optional.of(new Message(type, data.toString()));
        }
        type = "message";
      } else if (line.startsWith("event:")) {
        type = line.substring("event:".length()).strip();
      } else if (line.startsWith("data:")) {
        data.append(data.isEmpty() ? "" : "\n").append(line.substring("data:".length()).strip());
      }
    }
    return Optional.empty();
  }

  /// Hangs up; a thread that waits in [#next] gets an end or an error.
  @Override
  public void close() {
    try {
      bytes.close();
    } catch (IOException e) {
      // It is over either way.
    }
  }
}
