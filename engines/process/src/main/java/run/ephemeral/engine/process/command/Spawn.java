package run.ephemeral.engine.process.command;

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
public final class Spawn {
  /// The variable by which a process, and whatever it forks, is known to be ours.
  public static final String MARK = "EPHEMERAL_INSTANCE";

  /// The variable by which what `ephemeral exec` runs is known besides: [#MARK] says there to
  /// which process of a service it belongs.
  public static final String EXECUTION = "EPHEMERAL_EXECUTION";

  /// What it starts is the first to go when memory runs out, before the control plane and
  /// PostgreSQL.
  private static final String SHELL =
      """
      { echo 1000 > /proc/$$/oom_score_adj; } 2> /dev/null
      echo $$ > "$1/pid"
      /bin/sh -c "$2"
      echo $? > "$1/exit"
      """;

  /// As [#SHELL], for a command that is given as arguments. Afterwards it waits until its input
  /// is closed: while this shell lives, nothing but the control plane empties its pipes. Whatever
  /// this shell itself would say of how the command ended is not the command's output.
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
  /// @param command as its author wrote it, for a shell
  /// @param log what it prints is added here
  public Process start(
      Path facts, Path directory, String command, Map<String, String> env, Path log)
      throws IOException {
    var builder = builder(SHELL, facts, directory, List.of(command), env);
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    return builder.start();
  }

  /// Starts a command whose output the caller reads from the process. When the command ended,
  /// the shell above it lives on until the caller ends it.
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
