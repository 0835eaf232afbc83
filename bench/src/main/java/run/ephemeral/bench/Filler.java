package run.ephemeral.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import run.ephemeral.core.codehost.Sources;
import run.ephemeral.core.release.Mirror;

/// A seed that fills one table with the given number of megabytes.
record Filler(int megabytes) implements Sources {
  /// Eight rows fill a page of 8 KiB.
  private static final int ROWS_A_MEGABYTE = 1024;

  @Override
  public void checkOut(Mirror repository, String hash, String name, Path into) {
    var sql =
        "CREATE TABLE filler AS SELECT g AS id, repeat(md5(g::text), 30) AS text"
            + " FROM generate_series(1, %d) g;".formatted(megabytes * ROWS_A_MEGABYTE);
    try {
      Files.writeString(into.resolve("seed.sql"), sql);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Optional<String> read(Mirror repository, String commit, String path, int most) {
    return Optional.empty();
  }

  @Override
  public Set<String> changed(Mirror repository, String base, String commit, int most) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<String> hash(Mirror repository, String commit, String path) {
    return Optional.empty();
  }

  @Override
  public Optional<String> folder(Mirror repository, String commit, String path) {
    return Optional.empty();
  }

  @Override
  public Snapshot snapshot(Mirror repository, Path workingTree) {
    throw new IllegalStateException("a seed is no working tree");
  }

  @Override
  public void forget(Mirror repository) {
    throw new UnsupportedOperationException();
  }
}
