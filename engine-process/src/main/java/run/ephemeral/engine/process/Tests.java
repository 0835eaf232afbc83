package run.ephemeral.engine.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import run.ephemeral.core.Digest;
import run.ephemeral.core.engine.TestOrder;
import run.ephemeral.core.engine.TestResult;
import run.ephemeral.core.environment.Environment.Place;
import run.ephemeral.core.policy.Limits;
import run.ephemeral.core.spec.ComponentName;

/// Runs an app's tests against its environment, and keeps the newest result of each.
final class Tests {
  private final Home home;
  private final Builds builds;
  private final Commands commands;
  private final Variables variables;
  private final Limits limits;

  Tests(Home home, Builds builds, Commands commands, Variables variables, Limits limits) {
    this.home = home;
    this.builds = builds;
    this.commands = commands;
    this.variables = variables;
    this.limits = limits;
  }

  /// @param url where the environment's page can be reached by any program
  String run(Place environment, TestOrder order, String url)
      throws IOException, InterruptedException {
    try (var scratch = commands.folder()) {
      var work = scratch.path().resolve("work");
      Folders.copy(builds.artifact(order.source().key()), work);
      var env = variables.of(environment, order.env(), Variables.NO_PORT);
      env.putIfAbsent("URL", url);
      var log = home.log(environment, order.test(), "test");
      var result = commands.run(work, order.run(), env, log, limits.test());
      var summary =
          result.passed() ? "passed in " + Commands.seconds(result.took()) : result.sentence();
      var facts =
          Map.of(
              "key", order.key().hex(),
              "passed", Boolean.toString(result.passed()),
              "summary", summary);
      Facts.write(home.test(environment, order.test()), facts);
      return summary;
    }
  }

  List<TestResult> of(Place environment) {
    var results = new ArrayList<TestResult>();
    try {
      for (var file : Folders.list(home.of(environment).resolve("tests"))) {
        if (!String.valueOf(file.getFileName()).startsWith(".")) {
          Facts.read(file).ifPresent(facts -> results.add(result(file, facts)));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    results.sort(Comparator.comparing(TestResult::test));
    return results;
  }

  private static TestResult result(Path file, Map<String, String> facts) {
    return new TestResult(
        new ComponentName(String.valueOf(file.getFileName())),
        new Digest(facts.getOrDefault("key", "")),
        Boolean.parseBoolean(facts.get("passed")),
        facts.getOrDefault("summary", ""));
  }
}
