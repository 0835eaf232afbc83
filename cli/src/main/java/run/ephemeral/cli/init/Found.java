package run.ephemeral.cli.init;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A program that a [Detector] recognised.
///
/// @param because what it was recognised by, such as `package.json, Next.js`
/// @param build the command that builds it
/// @param run the command that runs it; listens on $PORT
/// @param health the HTTP path of its health check, when the framework has one
/// @param postgres whether it uses PostgreSQL
/// @param env variables that its framework is known to read
/// @param notes what the user should know or check
public record Found(
    String because,
    Optional<String> build,
    String run,
    Optional<String> health,
    boolean postgres,
    Map<String, String> env,
    List<String> notes) {
  public Found {
    env = Map.copyOf(env);
    notes = List.copyOf(notes);
  }

  static Found of(String because, Optional<String> build, String run) {
    return new Found(because, build, run, Optional.empty(), false, Map.of(), List.of());
  }

  Found with(boolean uses) {
    return new Found(because, build, run, health, uses, env, notes);
  }

  Found withRun(String because, String run) {
    return new Found(because, build, run, health, postgres, env, notes);
  }

  /// Runs a command before each start.
  Found after(Optional<String> command) {
    return command.map(first -> withRun(because, first + " && " + run)).orElse(this);
  }

  Found withBuild(String build) {
    return new Found(because, Optional.of(build), run, health, postgres, env, notes);
  }

  Found withHealth(Optional<String> path) {
    return new Found(because, build, run, path, postgres, env, notes);
  }

  Found withEnv(Map<String, String> variables) {
    return new Found(because, build, run, health, postgres, variables, notes);
  }

  Found note(String note) {
    var more = new java.util.ArrayList<>(notes);
    more.add(note);
    return new Found(because, build, run, health, postgres, env, more);
  }
}
