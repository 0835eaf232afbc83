package run.ephemeral.core.engine;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import run.ephemeral.core.environment.Environment.Place;
import run.ephemeral.core.environment.Release;
import run.ephemeral.core.spec.ComponentName;

/// Port: what people may look at in an environment. Reads only.
public interface Inspection {
  /// The log files of a component, the oldest first; empty when it wrote nothing yet.
  ///
  /// @param source which of its logs
  List<Path> logs(Place environment, Release release, ComponentName component, Source source);

  /// How to reach a database; empty when it is not there.
  Optional<Database> database(Place environment, ComponentName database);

  /// Where a command on behalf of a service runs, and with which variables; empty when the
  /// service was never started.
  Optional<Workplace> workplace(Place environment, Release release, ComponentName service);

  /// The stable address by which the environment's other services reach this one.
  Optional<String> address(Place environment, ComponentName service);

  /// Which log.
  enum Source {
    BUILD,
    RUN,
    TEST
  }

  /// @param url as libpq and most drivers read it
  /// @param jdbcUrl as Java reads it, with user and password
  record Database(
      String url,
      String jdbcUrl,
      String host,
      int port,
      String name,
      String user,
      String password) {}

  record Workplace(Path directory, Map<String, String> env) {}
}
