package run.ephemeral.engine.process.command;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Starts commands that outlive the control plane and whose end a later one can read.
///
/// Every command runs under a small shell. It writes its own process id before the command starts
/// and the exit code after the command ended, into the command's folder. The shell's text is
/// constant and needs no other program; the command is passed as an argument.
public final class Spawn {
  /// The variable that marks a process, and all that it forks, as ours.
  public static final String MARK = "EPHEMERAL_INSTANCE";

  /// The variable that marks the processes of `ephemeral exec`; their [#MARK] names the process of
  /// the service to which they belong.
  public static final String EXECUTION = "EPHEMERAL_EXECUTION";

  /// The OOM killer chooses these processes before the control plane and PostgreSQL.
  private static final String SHELL =
      """
      { echo 1000 > /proc/$$/oom_score_adj; } 2> /dev/null
      echo $$ > "$1/pid"
      /bin/sh -c "$2"
      echo $? > "$1/exit"
      """;

  /// Like [#SHELL], for a command given as arguments. After the command ended, the shell waits
  /// until its input is closed: while the shell lives, only the control plane reads its pipes. The
  /// shell's own message about the command's end is discarded.
  private static final String EXECUTION_SHELL =
      """
      exec 3>&2 2> /dev/null
      echo 1000 > /proc/$$/oom_score_adj
      echo $$ > "$1/pid"
      (
        shift
        command -v -- "$1" > /dev/null || {
          printf '`%s` cannot be run: there is no such program\\n' "$1" >&2
          exit 127
        }
        exec "$@" < /dev/null
      ) 2>&3 3>&-
      code=$?
      exec 3>&-
      echo $code > "$1/exit" && read -r end
      exit $code
      """;

  private final boolean ownSession;

  public Spawn(Toolchain toolchain) {
    this.ownSession = toolchain.has("setsid");
  }

  /// @param facts the folder that gets `pid` and `exit`
  /// @param command a shell command, as its author wrote it
  /// @param log its output is appended here
  public Process start(
      Path facts, Path directory, String command, Map<String, String> env, Path log)
      throws IOException {
    var builder = builder(SHELL, facts, directory, List.of(command), env);
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    return builder.start();
  }

  /// Starts a command whose output the caller reads from the process. After the command ended, the
  /// shell above it lives until the caller ends it.
  ///
  /// @param facts the folder that gets `pid` and `exit`
  /// @param command the program and its arguments
  public Process execute(Path facts, Path directory, List<String> command, Map<String, String> env)
      throws IOException {
    return builder(EXECUTION_SHELL, facts, directory, command, env).start();
  }

  private ProcessBuilder builder(
      String shell, Path facts, Path directory, List<String> arguments, Map<String, String> env) {
    var line = new ArrayList<String>();
    if (ownSession) {
      line.add("setsid");
    }
    line.addAll(List.of("/bin/sh", "-c", shell, "ephemeral", facts.toString()));
    line.addAll(arguments);
    var builder = new ProcessBuilder(line).directory(directory.toFile());
    builder.environment().clear();
    builder.environment().putAll(env);
    return builder;
  }
}
