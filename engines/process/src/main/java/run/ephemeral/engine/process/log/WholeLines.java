package run.ephemeral.engine.process.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.engine.LogReader;

/// Splits a log into lines, across rotations. Buffers at most one incomplete line, of at most
/// [#LONGEST_LINE] bytes.
public final class WholeLines implements LogReader {
  private static final Logger LOG = LoggerFactory.getLogger(WholeLines.class);
  private static final int AT_ONCE = 64 * 1024;
  private static final int LONGEST_LINE = 16 * 1024;

  /// The most reads for one answer while they yield no line, as within an overlong line.
  private static final int LOOKS = 16;

  /// How far before the end of a log the first read starts.
  private static final int LOOK_BACK = 2 * 1024 * 1024;

  /// An incomplete line is shown after this time without new bytes.
  private static final Duration SILENCE = Duration.ofSeconds(1);

  private final Logs logs;
  private final Path log;
  private final int last;
  private final ByteArrayOutputStream unfinished = new ByteArrayOutputStream();
  private long position = -1;
  private long grewAt = System.nanoTime();
  private boolean isFirst = true;

  /// Bytes up to the next end of line are skipped: their line was shown already, or its beginning
  /// was lost.
  private boolean skips;

  /// The beginning of the line that is being read was shown.
  private boolean continues;

  private boolean toldTrouble;
  private boolean isClosed;

  public WholeLines(Logs logs, Path log, int last) {
    this.logs = logs;
    this.log = log;
    this.last = last;
  }

  @Override
  public List<String> next() {
    if (isFirst) {
      isFirst = false;
      return upToNow(last);
    }
    var lines = new ArrayList<String>();
    for (int look = 0; look < LOOKS && lines.isEmpty(); look++) {
      if (!read(lines)) {
        if (unfinished.size() > 0 && System.nanoTime() - grewAt > SILENCE.toNanos()) {
          showUnfinished(lines);
        }
        break;
      }
    }
    return lines;
  }

  @Override
  public List<String> rest() {
    var most = isFirst ? last : Integer.MAX_VALUE;
    isFirst = false;
    var lines = new ArrayList<>(upToNow(most));
    if (unfinished.size() > 0) {
      show(lines);
    }
    return List.copyOf(lines.subList(Math.max(0, lines.size() - most), lines.size()));
  }

  /// The last lines up to the present end of the log. Lines added meanwhile are left to the next
  /// call: the end of a log that grows as fast as it is read is never reached.
  private List<String> upToNow(int most) {
    var kept = new ArrayDeque<String>();
    try {
      var end = logs.look(log, extent -> extent.end());
      var lines = new ArrayList<String>();
      while (read(lines) && position < end) {
        kept.addAll(lines);
        lines.clear();
        while (kept.size() > most) {
          kept.removeFirst();
        }
      }
      kept.addAll(lines);
    } catch (IOException e) {
      trouble(e).ifPresent(kept::add);
    }
    while (kept.size() > most) {
      kept.removeFirst();
    }
    return List.copyOf(kept);
  }

  /// @return whether there was anything to read
  private boolean read(List<String> lines) {
    try {
      var bytes = logs.look(log, extent -> bytes(extent, lines));
      split(bytes, lines);
      return bytes.length > 0;
    } catch (IOException e) {
      trouble(e).ifPresent(lines::add);
      return false;
    }
  }

  private byte[] bytes(LogExtent extent, List<String> lines) throws IOException {
    if (position < 0) {
      begin(extent);
    }
    var next = extent.next(position);
    if (next > position) {
      lines.add(missing(next - position));
      unfinished.reset();
      continues = false;
      skips = !extent.isWhole(next);
      position = next;
    }
    var length = (int) Math.min(AT_ONCE, extent.left(position));
    if (length <= 0) {
      return new byte[0];
    }
    var bytes = ByteBuffer.allocate(length);
    var read = extent.read(position, bytes);
    position += read;
    grewAt = System.nanoTime();
    return Arrays.copyOf(bytes.array(), read);
  }

  /// Starts one byte early: that byte may be the end of a line.
  private void begin(LogExtent extent) {
    var from = Math.max(extent.begin(), extent.end() - LOOK_BACK);
    skips = from > extent.begin();
    position = skips ? extent.next(from - 1) : from;
  }

  private static String missing(long bytes) {
    return bytes == LogExtent.UNKNOWN
        ? "… lines may be missing here: the log was cut to its bound while it was written to"
        : "… %d bytes were dropped: the log grew faster than it is kept".formatted(bytes);
  }

  /// Reported once, since the failure may last.
  private Optional<String> trouble(IOException e) {
    if (toldTrouble) {
      return Optional.empty();
    }
    toldTrouble = true;
    LOG.warn("{} cannot be read: {}", log, e.toString());
    return Optional.of("… this log cannot be read now; the server's log says why");
  }

  private void split(byte[] bytes, List<String> lines) {
    var begin = 0;
    for (int at = 0; at < bytes.length; at++) {
      if (bytes[at] == '\n') {
        add(bytes, begin, at, lines);
        if (!skips && !(continues && unfinished.size() == 0)) {
          show(lines);
        }
        skips = false;
        continues = false;
        begin = at + 1;
      }
    }
    add(bytes, begin, bytes.length, lines);
  }

  private void add(byte[] bytes, int from, int until, List<String> lines) {
    if (skips) {
      return;
    }
    unfinished.write(bytes, from, until - from);
    if (unfinished.size() > LONGEST_LINE) {
      show(lines);
      skips = true;
    }
  }

  /// Shows all but an incomplete character at the end.
  private void showUnfinished(List<String> lines) {
    var bytes = unfinished.toByteArray();
    var whole = bytes.length;
    for (int back = 1; back <= Math.min(3, bytes.length); back++) {
      if (lengthOfCharacter(bytes[bytes.length - back]) > back) {
        whole = bytes.length - back;
      }
    }
    if (whole > 0) {
      unfinished.reset();
      unfinished.write(bytes, 0, whole);
      show(lines);
      unfinished.write(bytes, whole, bytes.length - whole);
      continues = true;
    }
  }

  /// By the first byte of a character; 1 for any other byte.
  private static int lengthOfCharacter(byte first) {
    var ones = Integer.numberOfLeadingZeros(~first << 24);
    return ones >= 2 && ones <= 4 ? ones : 1;
  }

  private void show(List<String> lines) {
    var bytes = unfinished.toByteArray();
    unfinished.reset();
    if (bytes.length > LONGEST_LINE) {
      lines.add(new String(bytes, 0, endOfCharacter(bytes, LONGEST_LINE), UTF_8) + "…");
      return;
    }
    var text = new String(bytes, UTF_8);
    lines.addAll(text.isEmpty() ? List.of("") : text.lines().toList());
  }

  /// The last position not after `most` at which a character ends.
  private static int endOfCharacter(byte[] bytes, int most) {
    var end = most;
    while (end > most - 4 && (bytes[end] & 0xC0) == 0x80) {
      end--;
    }
    return end;
  }

  @Override
  public void close() {
    if (!isClosed) {
      isClosed = true;
      logs.leave(log);
    }
  }
}
