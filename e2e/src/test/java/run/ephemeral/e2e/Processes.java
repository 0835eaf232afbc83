package run.ephemeral.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The processes of this machine, read from /proc.
final class Processes {
  private static final Path PROC = Path.of("/proc");

  private Processes() {}

  static boolean canBeRead() {
    return Files.exists(PROC.resolve("self/environ"));
  }

  static List<Seen> all() {
    return ProcessHandle.allProcesses().flatMap(process -> read(process.pid()).stream()).toList();
  }

  /// Reads a process; empty if it does not exist or is a zombie.
  private static Optional<Seen> read(long pid) {
    var folder = PROC.resolve(Long.toString(pid));
    try {
      var stat = Files.readString(folder.resolve("stat"));
      var after = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      var line = new String(Files.readAllBytes(folder.resolve("cmdline")), UTF_8);
      if (after[0].equals("Z")) {
        return Optional.empty();
      }
      return Optional.of(
          new Seen(
              pid, Long.parseLong(after[1]), line, Files.readSymbolicLink(folder.resolve("cwd"))));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /// One process.
  ///
  /// @param line the arguments, each followed by a NUL
  record Seen(long pid, long parent, String line, Path cwd) {
    /// Its role in a home; empty when it does not belong to the home.
    Optional<String> roleIn(Path home) {
      if (line.contains("quarkus-run.jar") && line.contains("=" + home + "\0")) {
        return Optional.of("control plane");
      }
      if (isPostgresOf(home)) {
        var isSession = read(parent).filter(above -> above.isPostgresOf(home)).isPresent();
        return Optional.of(isSession ? "postgres session" : "postgres");
      }
      return cwd.startsWith(home) || line.contains(home + "/")
          ? Optional.of(roleOf(home))
          : Optional.empty();
    }

    private boolean isPostgresOf(Path home) {
      return cwd.startsWith(home.resolve("postgres"));
    }

    private String roleOf(Path home) {
      var environments = home.resolve("environments");
      if (!cwd.startsWith(environments) || environments.relativize(cwd).getNameCount() < 3) {
        return "stranger in " + cwd + ": " + line.replace('\0', ' ');
      }
      var below = environments.relativize(cwd);
      var whose = " of " + below.getName(0) + " " + below.getName(2);
      return line.contains(".Tick\0") ? "process" + whose : shellOr(whose);
    }

    private String shellOr(String whose) {
      return line.contains("\0ephemeral\0")
          ? "shell" + whose
          : "stranger" + whose + ": " + line.replace('\0', ' ');
    }
  }
}
