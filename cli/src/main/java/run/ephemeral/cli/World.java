package run.ephemeral.cli;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import run.ephemeral.cli.output.Screen;

/// Everything outside the program that a command uses, so that tests can replace it. Files and
/// HTTP are not part of it: they are real in tests too.
///
/// @param properties system properties set by the launcher: ephemeral.command,
///     ephemeral.server.jar
/// @param interactive whether a user can answer a question
public record World(
    Path directory,
    Map<String, String> environment,
    Map<String, String> properties,
    BufferedReader in,
    boolean interactive,
    Screen out,
    Screen err,
    InstantSource clock,
    Interrupts interrupts) {
  public World {
    environment = Map.copyOf(environment);
    properties = Map.copyOf(properties);
  }

  /// An environment variable; one that is set but empty counts as absent.
  public Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
  }

  public Optional<String> property(String name) {
    return Optional.ofNullable(properties.get(name)).filter(value -> !value.isEmpty());
  }
}
