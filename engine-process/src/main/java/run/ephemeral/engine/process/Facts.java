package run.ephemeral.engine.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;

/// A few named facts in a small file, which is there whole or not at all.
final class Facts {
  private Facts() {}

  static void write(Path file, Map<String, String> facts) throws IOException {
    Files.createDirectories(file.getParent());
    var properties = new Properties();
    properties.putAll(facts);
    var half = Files.createTempFile(file.getParent(), Folders.HALF, "");
    try (var out = Files.newBufferedWriter(half)) {
      properties.store(out, null);
    }
    Files.move(half, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /// @return empty when there is no such file
  static Optional<Map<String, String>> read(Path file) throws IOException {
    var properties = new Properties();
    try (var in = Files.newBufferedReader(file)) {
      properties.load(in);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    var facts = new TreeMap<String, String>();
    properties.forEach((key, value) -> facts.put(key.toString(), value.toString()));
    return Optional.of(facts);
  }
}
