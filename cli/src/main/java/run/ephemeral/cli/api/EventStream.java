package run.ephemeral.cli.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import run.ephemeral.cli.CliFault;
import run.ephemeral.cli.Exit;
import run.ephemeral.cli.Why;

/// Server-sent events, read one by one. Not thread-safe, except [#close].
public final class EventStream implements AutoCloseable {
  private final InputStream bytes;
  private final BufferedReader lines;
  private volatile boolean closed;

  EventStream(InputStream bytes) {
    this.bytes = bytes;
    this.lines = new BufferedReader(new InputStreamReader(bytes, StandardCharsets.UTF_8));
  }

  /// One event.
  ///
  /// @param type the value of its `event:` field
  public record Message(String type, String data) {
    public <T> T as(Class<T> record) {
      return Json.read(tree(), record);
    }

    public JsonNode tree() {
      try {
        return Json.parse(data);
      } catch (IOException e) {
        throw new IllegalArgumentException("not JSON: " + data, e);
      }
    }
  }

  /// Waits for the next event; empty when the stream has ended or was closed here.
  ///
  /// @throws CliFault when the connection to the control plane is lost
  public Optional<Message> next() {
    try {
      return read();
    } catch (IOException e) {
      if (closed) {
        return Optional.empty();
      }
      throw new CliFault(Exit.NO_CONTROL_PLANE, "lost the control plane: " + Why.of(e));
    }
  }

  /// The fault of a stream that the control plane should not have ended.
  public static CliFault ended() {
    return new CliFault(Exit.NO_CONTROL_PLANE, "lost the control plane: it closed the connection");
  }

  private Optional<Message> read() throws IOException {
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

  /// Closes the connection; a thread that waits in [#next] gets the end of the stream.
  @Override
  public void close() {
    closed = true;
    try {
      bytes.close();
    } catch (IOException e) {
      // The stream is not used any more.
    }
  }
}
