package run.ephemeral.core.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;

/// Makes text of the bytes that a command prints, as they come. A character whose end is missing is
/// kept for the next piece; what is no UTF-8 becomes the replacement character.
public final class OutputDecoder {
  private final CharsetDecoder decoder =
      UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);

  /// The beginning of a character.
  private ByteBuffer kept = ByteBuffer.allocate(0);

  /// The text up to the end of the last whole character; may be empty.
  public String next(ByteBuffer bytes) {
    return decode(bytes, false);
  }

  /// What a character that was never completed is shown as; empty when there is none.
  public String rest() {
    return decode(ByteBuffer.allocate(0), true);
  }

  private String decode(ByteBuffer bytes, boolean atEnd) {
    var all = ByteBuffer.allocate(kept.remaining() + bytes.remaining()).put(kept).put(bytes).flip();
    var chars = CharBuffer.allocate(all.remaining());
    decoder.decode(all, chars, atEnd);
    kept = all;
    return chars.flip().toString();
  }
}
