package run.ephemeral.engine.process;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.Digest;
import run.ephemeral.core.Seconds;
import run.ephemeral.core.engine.Ledger;
import run.ephemeral.core.engine.TestResult;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.policy.Limits;
import run.ephemeral.core.release.Component;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.engine.process.build.Builds;
import run.ephemeral.engine.process.command.Commands;
import run.ephemeral.engine.process.file.Folders;
import run.ephemeral.engine.process.file.Home;
import run.ephemeral.engine.process.instance.Entries;
import run.ephemeral.engine.process.instance.Variables;

/// Runs an app's tests against its environment, and keeps the newest result of each.
final class Tests {
  private static final Logger LOG = LoggerFactory.getLogger(Tests.class);
  private static final String KIND = "test";

  private final Home home;
  private final Entries entries;
  private final Builds builds;
  private final Commands commands;
  private final Variables variables;
  private final Limits limits;

  Tests(
      Home home,
      Entries entries,
      Builds builds,
      Commands commands,
      Variables variables,
      Limits limits) {
    this.home = home;
    this.entries = entries;
    this.builds = builds;
    this.commands = commands;
    this.variables = variables;
    this.limits = limits;
  }

  /// @param key of the result
  /// @param url the environment's URL, the default of the test's variable `URL`
  String run(EnvironmentKey environment, Component.Test test, Digest key, String url)
      throws IOException, InterruptedException {
    try (var scratch = commands.folder()) {
      var work = scratch.path().resolve("work");
      Folders.copy(builds.artifact(test.source().key()), work);
      var env = variables.of(environment, test.env(), Variables.NO_PORT);
      env.putIfAbsent("URL", url);
      var log = home.log(environment, test.name(), "test");
      var result = commands.run(work, test.run(), env, log, limits.test());
      var summary =
          result.passed() ? "passed in " + Seconds.text(result.took()) : result.sentence();
      var facts =
          Map.of(
              "key", key.hex(),
              "passed", Boolean.toString(result.passed()),
              "summary", summary);
      entries.write(new Ledger.Key(environment.id(), KIND, test.name().value()), facts);
      return summary;
    }
  }

  List<TestResult> of(EnvironmentKey environment) {
    return entries.of(environment.id(), KIND).entrySet().stream()
        .flatMap(entry -> result(entry.getKey(), entry.getValue()).stream())
        .toList();
  }

  /// An unreadable result counts as absent: the test runs again.
  private static Optional<TestResult> result(String test, Map<String, String> facts) {
    try {
      return Optional.of(
          new TestResult(
              new ComponentName(test),
              new Digest(facts.getOrDefault("key", "")),
              Boolean.parseBoolean(facts.get("passed")),
              facts.getOrDefault("summary", "")));
    } catch (IllegalArgumentException e) {
      LOG.warn("the stored result of test {} cannot be read: {}", test, e.toString());
      return Optional.empty();
    }
  }
}
