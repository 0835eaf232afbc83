package run.ephemeral.core.spec;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// A command that tests an environment.
public record TestSpec(
    @Doc("The command. Exit code 0 means passed. $URL is the environment's address.") String run,
    @Doc("The folder it runs in. Default: the whole repository.") String path,
    @Doc("When it runs.") When when,
    @Doc("Environment variables, as for services.") Map<String, String> env) {
  /// When a test runs.
  public enum When {
    /// Once for each release, as soon as all services are ready.
    READY
  }

  public TestSpec {
    env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
  }
}
