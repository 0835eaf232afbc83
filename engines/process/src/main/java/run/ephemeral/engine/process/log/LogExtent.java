package run.ephemeral.engine.process.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/// Maps the two files of a log to offsets in all that was written to it since reading began.
/// Offsets only grow: rotated bytes keep their offsets, and lost bytes leave a gap.
///
/// Not thread-safe: used by the thread that has the log's turn in [Logs].
public final class LogExtent {
  /// The width of a gap if it is unknown how much was lost, if anything.
  public static final int UNKNOWN = 1;

  private final Path log;
  private long olderFrom;
  private long olderUntil;
  private boolean olderIsWhole = true;
  private long from;
  private boolean isWhole = true;
  private long size;
  private @Nullable Object file;

  public LogExtent(Path log) throws IOException {
    this.log = log;
    var older = attributes(LogFiles.older(log));
    olderUntil = older == null ? 0 : older.size();
    from = olderUntil;
    look();
  }

  /// The offset of the first byte that is kept.
  public long begin() {
    return olderFrom < olderUntil ? olderFrom : from;
  }

  /// The offset behind the last byte.
  public long end() {
    return from + size;
  }

  /// The offset at which reading continues: this one, or the end of the gap it lies in.
  public long next(long offset) {
    var inOlder = Math.max(offset, olderFrom);
    return inOlder < olderUntil ? inOlder : Math.max(offset, from);
  }

  /// Whether a line begins at the offset behind a gap.
  public boolean isWhole(long offset) {
    return offset < olderUntil ? olderIsWhole : isWhole;
  }

  /// Notices changes of the file. A file that is shorter or another one than before was replaced by
  /// another program: its unread bytes are lost.
  public void look() throws IOException {
    var now = attributes(log);
    var nowSize = now == null ? 0 : now.size();
    var nowFile = now == null ? null : now.fileKey();
    if (nowSize < size || (file != null && !file.equals(nowFile))) {
      olderFrom = end();
      olderUntil = end();
      from = end() + UNKNOWN;
      isWhole = true;
    }
    size = nowSize;
    file = nowFile;
  }

  /// The current file became the older one, and is empty.
  ///
  /// @param cut how many bytes at its beginning were not kept
  /// @param until the position behind the last byte that was kept
  /// @param lost how many bytes behind that may be lost
  /// @param cutIsWhole whether a line begins at the first byte that was kept
  /// @param endIsWhole whether a line ends with the last one
  public void turned(long cut, long until, long lost, boolean cutIsWhole, boolean endIsWhole) {
    olderIsWhole = cut == 0 ? isWhole : cutIsWhole;
    olderFrom = from + cut;
    olderUntil = from + until;
    from = olderUntil + lost;
    isWhole = endIsWhole && lost == 0;
    size = 0;
  }

  /// The number of bytes in one file from an offset that [#next] returned.
  public long left(long offset) {
    return (offset < olderUntil ? olderUntil : end()) - offset;
  }

  /// Reads from an offset that [#next] returned, at most [#left] bytes.
  ///
  /// @return the number of bytes read
  public int read(long offset, ByteBuffer into) throws IOException {
    var isOlder = offset < olderUntil;
    try (var channel = LogFiles.open(isOlder ? LogFiles.older(log) : log)) {
      return Math.max(0, channel.read(into, offset - (isOlder ? olderFrom : from)));
    }
  }

  /// @return null if there is no such file, also if a service replaced the folder
  private static @Nullable BasicFileAttributes attributes(Path file) throws IOException {
    try {
      var all = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return all.isRegularFile() ? all : null;
    } catch (FileSystemException e) {
      return null;
    }
  }
}
