package run.ephemeral.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The file by which PostgreSQL keeps a second server off its data: its first line is a process
/// id, its fourth the port once there is such a line.
///
/// After the machine was started anew, another program may have that id. It must not be taken
/// for a server, and never be ended.
///
/// @param programs by which a server is told from another program
record LockFile(Path file, Programs programs) {
  private static final Logger LOG = LoggerFactory.getLogger(LockFile.class);
  private static final Duration WRITTEN_WITHIN = Duration.ofSeconds(2);
  private static final String NOBODY = Integer.toString(1 << 22);

  /// The server that runs.
  Optional<ProcessHandle> holder() {
    return named().filter(process -> !isStranger(process));
  }

  Optional<Integer> port() {
    return number(3).map(Long::intValue);
  }

  /// Makes it hold nobody off when it names another program. PostgreSQL would take that for
  /// itself; an id that none can have it takes for a server that crashed. The rest stays: by it
  /// PostgreSQL knows whether sessions of that server are left.
  ///
  /// One that stays empty is what a server left that was ended between making it and writing it;
  /// no server runs by it.
  void release() throws IOException {
    if (isEmptySince(Instant.now().minus(WRITTEN_WITHIN))) {
      LOG.warn("the lock of PostgreSQL is empty; whoever made it is gone");
      Files.deleteIfExists(file);
      return;
    }
    var stranger = named().filter(this::isStranger);
    if (stranger.isPresent()) {
      LOG.warn("the lock of PostgreSQL names {}, which is another program", stranger.get().pid());
      var lines = Files.readAllLines(file);
      lines.set(0, NOBODY);
      var half = Files.write(Path.of(file + ".half"), lines);
      Files.move(half, file, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private boolean isEmptySince(Instant then) throws IOException {
    return Files.exists(file)
        && Files.size(file) == 0
        && Files.getLastModifiedTime(file).toInstant().isBefore(then);
  }

  private Optional<ProcessHandle> named() {
    return number(0).flatMap(ProcessHandle::of);
  }

  /// Whether a process is known to be another program.
  private boolean isStranger(ProcessHandle process) {
    return process.info().command().filter(command -> !programs.isServer(command)).isPresent();
  }

  private Optional<Long> number(int line) {
    try {
      return line(line).map(Long::parseLong);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private Optional<String> line(int index) {
    try {
      return Files.readAllLines(file).stream().skip(index).findFirst().map(String::strip);
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
