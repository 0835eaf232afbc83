package run.ephemeral.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The port that the server had last.
record PortFile(Path file) {
  private static final Logger LOG = LoggerFactory.getLogger(PortFile.class);

  Optional<Integer> read() throws IOException {
    try {
      return Optional.of(Integer.parseInt(Files.readString(file).strip()));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (NumberFormatException e) {
      LOG.warn("{} holds no port; PostgreSQL gets another", file);
      return Optional.empty();
    }
  }

  void write(int port) throws IOException {
    if (!read().equals(Optional.of(port))) {
      var half = Files.writeString(Path.of(file + ".half"), Integer.toString(port));
      Files.move(half, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
