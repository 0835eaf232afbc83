package run.ephemeral.engine.process.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.engine.Execution;
import run.ephemeral.core.name.EnvironmentId;

/// The commands that people run beside services, up to a maximum at once. Those of a control plane
/// that was killed are ended by [Commands#tidy()], which finds their `pid` files in the scratch
/// folder.
public final class Executions {
  private final Spawn spawn;
  private final Commands commands;
  private final int most;
  private final Semaphore free;
  private final Map<Execution, EnvironmentId> running = new ConcurrentHashMap<>();
  private volatile boolean closed;

  public Executions(Spawn spawn, Commands commands, int most) {
    this.spawn = spawn;
    this.commands = commands;
    this.most = most;
    this.free = new Semaphore(most);
  }

  /// @param env with the mark of the service's process with which the command is to end, if any
  public Execution start(
      EnvironmentId environment, Path directory, List<String> command, Map<String, String> env) {
    if (!free.tryAcquire()) {
      throw new FaultException(
          Fault.capacity(
              "%d commands of `ephemeral exec` run already, which is the most; wait until one ends"
                  .formatted(most)));
    }
    var begun = false;
    try {
      var execution = begin(directory, command, env, environment);
      begun = true;
      if (closed) {
        execution.close();
        throw new FaultException(Fault.capacity("the control plane is being stopped"));
      }
      return execution;
    } catch (IOException e) {
      throw new FaultException(Fault.user(unstarted(command.getFirst(), e)), e);
    } finally {
      if (!begun) {
        free.release();
      }
    }
  }

  private Execution begin(
      Path directory, List<String> command, Map<String, String> env, EnvironmentId environment)
      throws IOException {
    var notes = commands.notes("exec");
    try {
      env.put(Spawn.EXECUTION, notes.mark());
      env.putIfAbsent(Spawn.MARK, notes.mark());
      var shell = spawn.execute(notes.path(), directory, command, env);
      var execution = new ProcessExecution(shell, notes, this::left);
      running.put(execution, environment);
      return execution;
    } catch (IOException e) {
      notes.close();
      throw e;
    }
  }

  private void left(Execution execution) {
    running.remove(execution);
    free.release();
  }

  /// The JVM's message holds the system's reason in its last parentheses, or after `error=`, the
  /// number and a comma.
  private static String unstarted(String program, IOException e) {
    var reason =
        String.valueOf(e.getMessage())
            .replaceFirst("(?s).*\\(([^()]*)\\)\\s*$", "$1")
            .replaceFirst("(?s).*error=\\d+, ", "");
    return "`%s` cannot be run: %s".formatted(program, reason);
  }

  /// Ends the commands of an environment.
  public void end(EnvironmentId environment) {
    running.forEach(
        (execution, whose) -> {
          if (whose.equals(environment)) {
            execution.close();
          }
        });
  }

  /// Ends all commands and refuses new ones.
  public void close() {
    closed = true;
    var threads =
        running.keySet().stream().map(one -> Thread.startVirtualThread(one::close)).toList();
    for (var thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
