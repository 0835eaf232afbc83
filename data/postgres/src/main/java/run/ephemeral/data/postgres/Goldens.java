package run.ephemeral.data.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.Turns;

/// Golden databases are kept for who comes next with the same seed, and removed when nobody came
/// for long.
///
/// A file beside the logs of seeds says by its time when each was last in use. Without it the
/// time counts from now.
final class Goldens {
  private static final Logger LOG = LoggerFactory.getLogger(Goldens.class);
  private static final String MARK = ".used";

  /// A mark is not written again within this time: a write may wait for the disk.
  private static final Duration EXACT = Duration.ofMinutes(1);

  private final Catalogue catalogue;
  private final Turns<String> turns;
  private final Path folder;
  private final Duration unused;

  /// @param turns of everybody who makes or removes a database, by its name
  /// @param folder where the files are kept
  /// @param unused for how long one is kept that nobody uses
  Goldens(Catalogue catalogue, Turns<String> turns, Path folder, Duration unused) {
    this.catalogue = catalogue;
    this.turns = turns;
    this.folder = folder;
    this.unused = unused;
  }

  /// One is about to be copied, or has copies. Who says so in its turn has it for long enough.
  void use(String golden) {
    var mark = mark(golden);
    var now = Instant.now();
    try {
      if (!Files.exists(mark)) {
        Files.createDirectories(folder);
        Files.createFile(mark);
      } else if (Files.getLastModifiedTime(mark).toInstant().isBefore(now.minus(EXACT))) {
        Files.setLastModifiedTime(mark, FileTime.from(now));
      }
    } catch (IOException e) {
      LOG.warn("that {} is used cannot be written down: {}", golden, e.toString());
    }
  }

  /// Removes those, with their spares, that nobody used for long.
  void collect() {
    try {
      var all = catalogue.goldens();
      for (var golden : all.entrySet()) {
        if (golden.getValue()) {
          use(golden.getKey());
        } else {
          removeIfOld(golden.getKey());
        }
      }
      for (var mark : marks()) {
        if (!all.containsKey(String.valueOf(mark.getFileName()).replace(MARK, ""))) {
          Files.delete(mark);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("golden databases cannot be collected", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private List<Path> marks() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(MARK)).toList();
    }
  }

  private void removeIfOld(String golden) throws IOException, InterruptedException {
    try (var _ = turns.take(golden)) {
      var before = FileTime.from(Instant.now().minus(unused));
      if (Files.getLastModifiedTime(mark(golden)).compareTo(before) < 0) {
        catalogue.remove(Catalogue.golden(golden));
        LOG.info("{} was removed: nobody used it for {} days", golden, unused.toDays());
      }
    } catch (NoSuchFileException e) {
      use(golden);
    }
  }

  private Path mark(String golden) {
    return folder.resolve(golden + MARK);
  }
}
