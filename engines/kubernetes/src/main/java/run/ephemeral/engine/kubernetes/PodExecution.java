package run.ephemeral.engine.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import run.ephemeral.core.engine.OutputDecoder;
import run.ephemeral.core.engine.Session;
import run.ephemeral.engine.kubernetes.client.ApiServer;

/// A command in a container of a pod, through the API server.
///
/// Each message begins with its channel: 1 is the standard output, 2 the standard error, 3 the end.
/// The next message is asked for when the one before was read, so that a command whose output is
/// not read blocks. When the execution is closed early, the cluster ends the command no sooner than
/// it writes or reads again.
final class PodExecution implements Session, WebSocket.Listener {
  /// The one that can end the input, since Kubernetes 1.30.
  private static final String CAN_END = "v5.channel.k8s.io";

  private static final List<String> PROTOCOLS = List.of(CAN_END, "v4.channel.k8s.io");
  private static final byte INPUT = 0;
  private static final byte SIZE = 4;
  private static final byte END = (byte) 255;
  private static final byte INTERRUPT = 3;
  private static final byte END_OF_INPUT = 4;
  private static final int FAREWELL_SECONDS = 5;
  private static final int BETWEEN_KEYS_MILLIS = 300;
  private static final int FAILED = 255;
  private static final Pattern NO_PROGRAM =
      Pattern.compile("exec: \"([^\"]*)\": .*(not found|no such file)");

  /// As shells say of a command that they do not find.
  private static final int NOT_FOUND = 127;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final LinkedBlockingQueue<Piece> pieces = new LinkedBlockingQueue<>();
  private final ByteArrayOutputStream message = new ByteArrayOutputStream();

  private final Map<Channel, OutputDecoder> decoders = new EnumMap<>(Channel.class);

  private boolean isTerminal;
  private @Nullable WebSocket socket;
  private boolean hasEnded;
  private final AtomicBoolean isClosed = new AtomicBoolean();

  /// @param pod the path of the pod
  /// @param input whether it reads input
  /// @param terminal empty for none
  static PodExecution start(
      ApiServer api,
      String pod,
      String container,
      List<String> command,
      boolean input,
      Optional<Size> terminal)
      throws InterruptedException {
    var execution = new PodExecution();
    execution.isTerminal = terminal.isPresent();
    var query = new HashMap<String, List<String>>();
    query.put("command", command);
    query.put("container", List.of(container));
    query.put("stdin", List.of(Boolean.toString(input)));
    query.put("stdout", List.of("true"));
    // A terminal has one output.
    query.put("stderr", List.of(Boolean.toString(terminal.isEmpty())));
    query.put("tty", List.of(Boolean.toString(terminal.isPresent())));
    var open = api.webSocket(pod + "/exec", query, PROTOCOLS, execution);
    execution.socket = open;
    try {
      if (terminal.isPresent()) {
        execution.resize(terminal.get());
      }
    } catch (IOException e) {
      // It has ended already; that is read as the last piece.
    } catch (InterruptedException e) {
      execution.close();
      throw e;
    }
    return execution;
  }

  @Override
  public void write(byte[] bytes) throws IOException, InterruptedException {
    var open = socket;
    if (bytes.length > 0) {
      send(INPUT, bytes);
    } else if (open != null && open.getSubprotocol().equals(CAN_END)) {
      send(END, new byte[] {INPUT});
    }
  }

  @Override
  public void resize(Size size) throws IOException, InterruptedException {
    var json = JSON.createObjectNode().put("Width", size.columns()).put("Height", size.rows());
    send(SIZE, json.toString().getBytes(StandardCharsets.UTF_8));
  }

  private void send(byte channel, byte[] bytes) throws IOException, InterruptedException {
    var open = socket;
    if (open == null) {
      return;
    }
    var data = ByteBuffer.allocate(bytes.length + 1).put(channel).put(bytes).flip();
    try {
      open.sendBinary(data, true).get();
    } catch (ExecutionException e) {
      throw new IOException("the command has ended", e.getCause());
    }
  }

  @Override
  public Optional<Piece> next(Duration atMost) throws InterruptedException {
    var piece = Optional.ofNullable(pieces.poll(atMost.toNanos(), TimeUnit.NANOSECONDS));
    if (piece.isPresent() && piece.get() instanceof Piece.Output && socket != null) {
      socket.request(1);
    }
    return piece;
  }

  @Override
  public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
    var bytes = new byte[data.remaining()];
    data.get(bytes);
    message.writeBytes(bytes);
    if (!last || !take(message.toByteArray())) {
      from.request(1);
    }
    if (last) {
      message.reset();
    }
    return null;
  }

  /// @return whether a piece was made of it, after which the reader asks for the next message
  private boolean take(byte[] whole) {
    if (whole.length < 2) {
      return false;
    }
    switch (whole[0]) {
      case 1 -> {
        return output(Channel.STDOUT, whole);
      }
      case 2 -> {
        return output(Channel.STDERR, whole);
      }
      case 3 -> end(new String(whole, 1, whole.length - 1, StandardCharsets.UTF_8));
      default -> {}
    }
    return false;
  }

  private boolean output(Channel channel, byte[] whole) {
    var data = ByteBuffer.wrap(whole, 1, whole.length - 1);
    var text = decoder(channel).next(data);
    if (text.isEmpty()) {
      return false;
    }
    pieces.add(new Piece.Output(channel, text));
    return true;
  }

  private OutputDecoder decoder(Channel channel) {
    return decoders.computeIfAbsent(channel, _ -> new OutputDecoder());
  }

  /// The end, as a `Status` object: with the exit code, or why the command did not begin.
  private void end(String status) {
    try {
      var tree = JSON.readTree(status);
      if (tree.path("status").asText().equals("Success")) {
        end(0);
        return;
      }
      for (var cause : tree.path("details").path("causes")) {
        if (cause.path("reason").asText().equals("ExitCode")) {
          end(Integer.parseInt(cause.path("message").asText()));
          return;
        }
      }
      var why = tree.path("message").asText();
      var program = NO_PROGRAM.matcher(why);
      var said =
          program.find()
              ? "there is no program `%s` in the image".formatted(program.group(1))
              : why;
      pieces.add(new Piece.Output(Channel.STDERR, said + "\n"));
    } catch (JsonProcessingException | NumberFormatException e) {
      end(FAILED);
    }
    end(NOT_FOUND);
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
    end(FAILED);
    return null;
  }

  @Override
  public void onError(WebSocket from, Throwable error) {
    end(FAILED);
  }

  private synchronized void end(int code) {
    if (!hasEnded) {
      hasEnded = true;
      decoders.forEach(
          (channel, decoder) -> {
            var rest = decoder.rest();
            if (!rest.isEmpty()) {
              pieces.add(new Piece.Output(channel, rest));
            }
          });
      pieces.add(new Piece.Exited(code));
    }
  }

  /// The cluster ends nothing when its client leaves. In a terminal, the keys that interrupt a
  /// program and end a shell do.
  @Override
  public void close() {
    var open = socket;
    // A second farewell would fail, and cut off the first.
    if (open == null || !isClosed.compareAndSet(false, true)) {
      return;
    }
    if (isTerminal && !hasEnded()) {
      // A shell that is interrupted discards what comes at once.
      var later = CompletableFuture.delayedExecutor(BETWEEN_KEYS_MILLIS, TimeUnit.MILLISECONDS);
      var _ =
          open.sendBinary(ByteBuffer.wrap(new byte[] {INPUT, INTERRUPT}), true)
              .thenComposeAsync(
                  _ -> open.sendBinary(ByteBuffer.wrap(new byte[] {INPUT, END_OF_INPUT}), true),
                  later)
              .orTimeout(FAREWELL_SECONDS, TimeUnit.SECONDS)
              .whenCompleteAsync((_, _) -> open.abort(), later);
    } else {
      open.abort();
    }
  }

  private synchronized boolean hasEnded() {
    return hasEnded;
  }
}
