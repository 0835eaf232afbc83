package run.ephemeral.engine.process;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;

/// A few named facts in a small file, which is there whole or not at all.
final class Facts {
  private static final int LARGEST = 64 * 1024;

  private Facts() {}

  static void write(Path file, Map<String, String> facts) throws IOException {
    Files.createDirectories(file.getParent());
    var properties = new Properties();
    properties.putAll(facts);
    var half = Files.createTempFile(file.getParent(), Folders.HALF, "");
    try {
      try (var out = Files.newBufferedWriter(half)) {
        properties.store(out, null);
      }
      Files.move(half, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(half);
    }
  }

  /// @return empty when there is no such file
  static Optional<Map<String, String>> read(Path file) throws IOException {
    var text = text(file);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    var properties = new Properties();
    properties.load(new StringReader(text.get()));
    var facts = new TreeMap<String, String>();
    properties.forEach((key, value) -> facts.put(key.toString(), value.toString()));
    return Optional.of(facts);
  }

  /// What a small file says. Services can reach these files: a pipe, on which a reader would
  /// wait, or a device that never ends is no file of ours.
  ///
  /// @return empty when there is no such file
  static Optional<String> text(Path file) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    try (var in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.of(new String(in.readNBytes(LARGEST), StandardCharsets.UTF_8));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }
}
