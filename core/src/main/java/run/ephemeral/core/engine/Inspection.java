package run.ephemeral.core.engine;

import java.util.List;
import java.util.Optional;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.release.LogKind;
import run.ephemeral.core.release.Release;
import run.ephemeral.core.spec.ComponentName;

/// Port: lets people read logs of an environment and run commands in it. Changes nothing itself.
public interface Inspection {
  /// Reads a log of a component; the log may be empty or not exist yet.
  ///
  /// @param source the kind of log
  /// @param last how many of the existing lines are read first
  LogReader log(
      EnvironmentKey environment,
      Release release,
      ComponentName component,
      LogKind source,
      int last);

  /// Runs a command in the folder and with the variables of a service.
  ///
  /// @param command the program and its arguments
  /// @throws FaultException when the service was never started, when too many
  ///     commands run, or when the system refuses to run it
  Execution exec(
      EnvironmentKey environment, Release release, ComponentName service, List<String> command);

  /// Runs a command that reads input in a service.
  ///
  /// @param terminal the size of the terminal that it gets; empty for none
  /// @throws FaultException as [#exec], and where commands get no input
  default Session session(
      EnvironmentKey environment,
      ComponentName service,
      List<String> command,
      Optional<Session.Size> terminal) {
    throw new FaultException(
        Fault.user("commands beside services of this machine read no input; leave out -i"));
  }

  /// The stable address by which the environment's other services reach this one.
  Optional<String> address(EnvironmentKey environment, ComponentName service);
}
