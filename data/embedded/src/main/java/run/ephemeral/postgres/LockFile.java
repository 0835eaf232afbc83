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

/// The file by which PostgreSQL keeps a second server off its data (`postmaster.pid`): its first
/// line is a process id, its fourth the port, which is written later.
///
/// After a reboot, another program may have that id. Such a program must not be taken for a server,
/// and never be ended.
///
/// @param programs tell a server from another program
record LockFile(Path file, Programs programs) {
  private static final Logger LOG = LoggerFactory.getLogger(LockFile.class);
  private static final Duration WRITTEN_WITHIN = Duration.ofSeconds(2);
  private static final String NOBODY = Integer.toString(1 << 22);

  /// The running server.
  Optional<ProcessHandle> holder() {
    return named().filter(process -> !isStranger(process));
  }

  Optional<Integer> port() {
    return number(3).map(Long::intValue);
  }

  /// Releases a lock that names another program: PostgreSQL would take that program for a server.
  /// With an id that no process can have, PostgreSQL assumes that the server crashed. The other
  /// lines stay: they tell PostgreSQL whether sessions of that server still run.
  ///
  /// Also releases a lock that stays empty: its server was ended between creating and writing the
  /// file.
  void release() throws IOException {
    if (isEmptySince(Instant.now().minus(WRITTEN_WITHIN))) {
      LOG.warn("removing the empty lock file of PostgreSQL, whose server is gone");
      Files.deleteIfExists(file);
      return;
    }
    var stranger = named().filter(this::isStranger);
    if (stranger.isPresent()) {
      LOG.warn("the lock file of PostgreSQL names another program: {}", stranger.get().pid());
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
