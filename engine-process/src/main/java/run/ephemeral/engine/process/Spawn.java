package run.ephemeral.engine.process;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Starts commands so that they outlive the control plane and their end can be told by anyone.
///
/// A small shell stands above every command. It writes its own process id before the command
/// begins and the exit code after it ended, into the folder of the command. The shell's text is
/// fixed and needs no other program; the command is an argument of it.
final class Spawn {
  /// The variable by which a process, and whatever it forks, is known to be ours.
  static final String MARK = "EPHEMERAL_INSTANCE";

  /// What it starts is the first to go when memory runs out, before the control plane and
  /// PostgreSQL.
  private static final String SHELL =
      """
      { echo 1000 > /proc/$$/oom_score_adj; } 2> /dev/null
      echo $$ > "$1/pid"
      /bin/sh -c "$2"
      echo $? > "$1/exit"
      """;

  private final boolean ownSession;

  Spawn(Toolchain toolchain) {
    this.ownSession = toolchain.has("setsid");
  }

  /// @param facts the folder that gets `pid` and `exit`
  /// @param command as its author wrote it, for a shell
  /// @param log what it prints is added here
  Process start(Path facts, Path directory, String command, Map<String, String> env, Path log)
      throws IOException {
    var line = new ArrayList<String>();
    if (ownSession) {
      line.add("setsid");
    }
    line.addAll(List.of("/bin/sh", "-c", SHELL, "ephemeral", facts.toString(), command));
    var builder = new ProcessBuilder(line).directory(directory.toFile());
    builder.environment().clear();
    builder.environment().putAll(env);
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    return builder.start();
  }
}
