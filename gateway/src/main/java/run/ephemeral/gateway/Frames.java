package run.ephemeral.gateway;

import io.netty.buffer.ByteBuf;

/// Follows the frames of one direction of a WebSocket (RFC 6455, 5.2), to know when a frame of the
/// gateway's own can be inserted.
final class Frames {
  private final byte[] header = new byte[14];
  private int have;
  private int need = 2;
  private long payload;

  void follow(ByteBuf bytes) {
    int at = bytes.readerIndex();
    int end = bytes.writerIndex();
    while (at < end) {
      if (payload > 0) {
        long skipped = Math.min(payload, end - at);
        at += (int) skipped;
        payload -= skipped;
      } else {
        header[have++] = bytes.getByte(at++);
        headerByte();
      }
    }
  }

  boolean between() {
    return have == 0 && payload == 0;
  }

  private void headerByte() {
    int length = header[1] & 0x7f;
    int extended = length == 126 ? 2 : length == 127 ? 8 : 0;
    if (have == 2) {
      need = 2 + extended + ((header[1] & 0x80) != 0 ? 4 : 0);
    }
    if (have < 2 || have < need) {
      return;
    }
    long size = extended == 0 ? length : 0;
    for (int i = 2; i < 2 + extended; i++) {
      size = (size << 8) | (header[i] & 0xff);
    }
    payload = Math.max(0, size);
    have = 0;
    need = 2;
  }
}
