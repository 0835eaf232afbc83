package run.ephemeral.engine.process.command;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import run.ephemeral.core.engine.Execution.Channel;
import run.ephemeral.core.engine.Execution.Piece;
import run.ephemeral.core.engine.OutputDecoder;

/// Reads the output of a command as text, piece by piece, without blocking. Unread output stays in
/// the pipe; a command that writes into a full pipe blocks.
public final class OutputPipe {
  private static final int PIECE = 16 * 1024;

  /// More than the capacity of any pipe.
  private static final int MOST_LEFT = 1 << 20;

  private final Channel channel;
  private final InputStream in;
  private final OutputDecoder decoder = new OutputDecoder();
  private final byte[] bytes = new byte[PIECE];
  private int left = Integer.MAX_VALUE;

  public OutputPipe(Channel channel, InputStream in) {
    this.channel = channel;
    this.in = in;
  }

  /// The next piece; empty if there is no output now.
  public Optional<Piece> read() throws IOException {
    var most = Math.min(Math.min(in.available(), bytes.length), left);
    if (most <= 0) {
      return Optional.empty();
    }
    var read = in.read(bytes, 0, most);
    if (read <= 0) {
      return Optional.empty();
    }
    left -= left == Integer.MAX_VALUE ? 0 : read;
    return piece(decoder.next(ByteBuffer.wrap(bytes, 0, read)));
  }

  /// Limits reading to what is in the pipe now. Processes that still write into it are not waited
  /// for.
  public void finish() throws IOException {
    left = Math.min(in.available(), MOST_LEFT);
  }

  /// The rest of a character that was never completed.
  public Optional<Piece> rest() {
    return piece(decoder.rest());
  }

  private Optional<Piece> piece(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(new Piece.Output(channel, text));
  }

  public void close() throws IOException {
    in.close();
  }
}
