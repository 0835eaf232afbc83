package run.ephemeral.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import run.ephemeral.core.Digest;
import run.ephemeral.core.codehost.Sources;
import run.ephemeral.core.release.Mirror;

/// In-memory folders, found by their hash.
public final class FolderSources implements Sources {
  private final Map<String, Map<String, byte[]>> folders = new ConcurrentHashMap<>();

  /// @return the folder's hash
  public String add(Map<String, String> files) {
    var bytes = new TreeMap<String, byte[]>();
    files.forEach((path, text) -> bytes.put(path, text.getBytes(StandardCharsets.UTF_8)));
    return addBytes(bytes);
  }

  public String addBytes(Map<String, byte[]> files) {
    var parts = new ArrayList<String>();
    new TreeMap<>(files)
        .forEach(
            (path, bytes) -> {
              parts.add(path);
              parts.add(new String(bytes, StandardCharsets.ISO_8859_1));
            });
    var hash = Digest.of(parts).hex().substring(0, 40);
    folders.put(hash, files);
    return hash;
  }

  @Override
  public void checkOut(Mirror repository, String hash, String name, Path into) {
    Objects.requireNonNull(folders.get(hash))
        .forEach(
            (path, bytes) -> {
              try {
                var file = into.resolve(path);
                Files.createDirectories(file.getParent());
                Files.write(file, bytes);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
  }

  @Override
  public Optional<String> read(Mirror repository, String commit, String path, int most) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Set<String> changed(Mirror repository, String base, String commit, int most) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<String> hash(Mirror repository, String commit, String path) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<String> folder(Mirror repository, String commit, String path) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Snapshot snapshot(Mirror repository, Path workingTree) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void forget(Mirror repository) {
    throw new UnsupportedOperationException();
  }
}
