package run.ephemeral.engine.process.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.util.Optional;
import run.ephemeral.core.engine.Execution.Channel;
import run.ephemeral.core.engine.Execution.Piece;

/// Reads the output of a command as text, piece by piece, without blocking. Unread output stays in
/// the pipe; a command that writes into a full pipe blocks.
public final class OutputPipe {
  private static final int PIECE = 16 * 1024;

  /// More than the capacity of any pipe.
  private static final int MOST_LEFT = 1 << 20;

  private final Channel channel;
  private final InputStream in;
  private final CharsetDecoder decoder =
      UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);
  private final ByteBuffer bytes = ByteBuffer.allocate(PIECE);
  private final CharBuffer chars = CharBuffer.allocate(PIECE);
  private int left = Integer.MAX_VALUE;

  public OutputPipe(Channel channel, InputStream in) {
    this.channel = channel;
    this.in = in;
  }

  /// The next piece; empty if there is no output now.
  public Optional<Piece> read() throws IOException {
    var most = Math.min(Math.min(in.available(), bytes.remaining()), left);
    if (most <= 0) {
      return Optional.empty();
    }
    var read = in.read(bytes.array(), bytes.position(), most);
    if (read <= 0) {
      return Optional.empty();
    }
    left -= left == Integer.MAX_VALUE ? 0 : read;
    bytes.position(bytes.position() + read);
    return decoded(false);
  }

  /// Limits reading to what is in the pipe now. Processes that still write into it are not waited
  /// for.
  public void finish() throws IOException {
    left = Math.min(in.available(), MOST_LEFT);
  }

  /// The rest of a character that was never completed.
  public Optional<Piece> rest() {
    return decoded(true);
  }

  private Optional<Piece> decoded(boolean atEnd) {
    bytes.flip();
    decoder.decode(bytes, chars, atEnd);
    bytes.compact();
    var text = chars.flip().toString();
    chars.clear();
    return text.isEmpty() ? Optional.empty() : Optional.of(new Piece.Output(channel, text));
  }

  public void close() throws IOException {
    in.close();
  }
}
