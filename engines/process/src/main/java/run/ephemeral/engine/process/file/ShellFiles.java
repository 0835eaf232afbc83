package run.ephemeral.engine.process.file;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/// The two files that the shell above a command writes, see [Spawn]: its process id and the exit
/// code of the command.
///
/// They lie outside every environment's folder, but programs can still write them: a file that
/// holds no number, is not regular or is too long counts as absent. An existing file that cannot be
/// read right now, such as for lack of file descriptors, raises an exception.
///
/// @param folder contains only these files
public record ShellFiles(Path folder) {
  private static final int LONGEST = 32;

  /// The shell's process id; empty if the shell never ran.
  public Optional<Long> pid() {
    return number("pid");
  }

  /// When the shell wrote its process id.
  public Optional<Instant> pidAt() {
    return modified("pid");
  }

  /// Empty when the shell itself was killed.
  public Optional<Integer> exitCode() {
    return number("exit").map(Long::intValue);
  }

  public Optional<Instant> exitedAt() {
    return modified("exit");
  }

  private Optional<Instant> modified(String name) {
    try {
      return Optional.of(Files.getLastModifiedTime(folder.resolve(name)).toInstant());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private Optional<Long> number(String name) {
    var file = folder.resolve(name);
    // Opening a named pipe would wait for its writer.
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    try (var in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      var text = new String(in.readNBytes(LONGEST), StandardCharsets.UTF_8).strip();
      return text.matches("[0-9]{1,9}") ? Optional.of(Long.valueOf(text)) : Optional.empty();
    } catch (NoSuchFileException | AccessDeniedException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Shells report a death by signal as 128 plus the signal's number, at most 64.
  public static boolean isSignal(int code) {
    return code > 128 && code <= 128 + 64;
  }
}
