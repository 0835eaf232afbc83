package run.ephemeral.server.api;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import run.ephemeral.core.engine.Inspection.Source;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.environment.Release;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.wire.LogLine;

/// One log, read from its end and then on.
final class Log {
  private static final int CHUNK = 256 * 1024;
  private static final int LONGEST_LINE = 16 * 1024;

  private final Environment environment;
  private final Release release;
  private final ComponentName component;
  private final Source source;
  private long position;

  Log(Environment environment, Release release, ComponentName component, Source source) {
    this.environment = environment;
    this.release = release;
    this.component = component;
    this.source = source;
  }

  private List<java.nio.file.Path> files() {
    return Views.wiring().inspection().logs(environment.place(), release, component, source);
  }

  /// The last lines; what comes later is [#news].
  List<LogLine> last(int most) {
    var kept = new ArrayDeque<String>();
    var files = files();
    for (var file : files) {
      readLast(file, most, kept);
    }
    position = files.isEmpty() ? 0 : size(files.getLast());
    return kept.stream().map(this::line).toList();
  }

  private static void readLast(java.nio.file.Path file, int most, Deque<String> kept) {
    try (var in = new RandomAccessFile(file.toFile(), "r")) {
      var from = Math.max(0, in.length() - (long) CHUNK * 8);
      var text = read(in, from, (int) (in.length() - from));
      for (var line : text.lines().toList()) {
        kept.addLast(line);
        if (kept.size() > most) {
          kept.removeFirst();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Whole lines written since the last call. A log that became shorter begins anew.
  List<LogLine> news() throws IOException {
    var current = Optional.of(files()).filter(all -> !all.isEmpty()).map(List::getLast);
    if (current.isEmpty()) {
      return List.of();
    }
    try (var in = new RandomAccessFile(current.get().toFile(), "r")) {
      if (in.length() < position) {
        position = 0;
      }
      var text = read(in, position, (int) Math.min(CHUNK, in.length() - position));
      var end = text.lastIndexOf('\n');
      if (end < 0 && text.length() < LONGEST_LINE) {
        return List.of();
      }
      var whole = end < 0 ? text : text.substring(0, end + 1);
      position += whole.getBytes(StandardCharsets.ISO_8859_1).length;
      var lines = new ArrayList<LogLine>();
      whole.lines().forEach(line -> lines.add(line(line)));
      return lines;
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  /// As bytes, one character each, so that positions can be counted; [#line] makes text of
  /// them.
  private static String read(RandomAccessFile in, long from, int length) throws IOException {
    var bytes = new byte[length];
    in.seek(from);
    in.readFully(bytes);
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static long size(java.nio.file.Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private LogLine line(String bytes) {
    var text = new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    var cut = text.length() > LONGEST_LINE ? text.substring(0, LONGEST_LINE) + "…" : text;
    return new LogLine(component.value(), source.name().toLowerCase(Locale.ROOT), cut);
  }
}
