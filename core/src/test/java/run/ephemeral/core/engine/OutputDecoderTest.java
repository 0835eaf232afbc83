package run.ephemeral.core.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/// Output that comes in pieces of any size.
class OutputDecoderTest {
  private static void check(byte[] bytes, String expected) {
    for (int size = 1; size <= Math.max(1, bytes.length); size++) {
      var decoder = new OutputDecoder();
      var text = new StringBuilder();
      for (int from = 0; from < bytes.length; from += size) {
        var piece = decoder.next(ByteBuffer.wrap(bytes, from, Math.min(size, bytes.length - from)));
        assertThat(piece).doesNotMatch("[\\ud800-\\udbff]$");
        text.append(piece);
      }
      assertThat(text.append(decoder.rest()).toString()).isEqualTo(expected);
    }
  }

  @Test
  void charactersStayWhole() {
    for (var text : new String[] {"", "plain\n", "hé", "€ 5", "a😀b", "é€😀"}) {
      check(text.getBytes(UTF_8), text);
    }
  }

  @Test
  void whatIsNoTextIsReplaced() {
    check(new byte[] {'a', (byte) 0xff, 'b'}, "a\ufffdb");
    check(new byte[] {(byte) 0x80, (byte) 0x80}, "\ufffd\ufffd");
    check(new byte[] {'a', (byte) 0xf0, (byte) 0x9f}, "a\ufffd");
    check(new byte[] {(byte) 0xc3, 'a'}, "\ufffda");
  }
}
