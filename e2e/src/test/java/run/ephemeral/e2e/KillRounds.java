package run.ephemeral.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static run.ephemeral.testkit.Eventually.eventually;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import run.ephemeral.testkit.Plane;

/// Rounds of sending commands and killing processes meanwhile, chosen at random by a seed.
///
/// It records the desired state ([TickEnvironment]) and compares it with reality. Commands that got
/// no answer are sent again, as users do.
final class KillRounds implements AutoCloseable {
  private static final int ENVIRONMENTS = 3;
  private static final int LONGEST_LIFE_MILLIS = 1500;
  private static final int STORY = 12;

  private final Random random;
  private final long seed;
  private final Plane plane;
  private final Path repository;
  private final Census census;
  private final List<TickEnvironment> environments =
      IntStream.rangeClosed(1, ENVIRONMENTS).mapToObj(TickEnvironment::new).toList();
  private final Deque<String> story = new ArrayDeque<>();
  private TickApp app;
  private int versions;
  private int kills;

  KillRounds(Path folder, long seed) throws IOException {
    this.seed = seed;
    this.random = new Random(seed);
    this.plane = new Plane(Files.createDirectories(folder.resolve("home")).toRealPath());
    this.repository = folder.resolve("tick");
    this.census = new Census(plane.home);
  }

  void begin() throws IOException, InterruptedException {
    app = TickApp.create(repository, environments.stream().map(e -> e.branch).toList());
    plane.start();
    var answer = plane.ask("POST", "/apps", "{\"source\":\"" + repository + "\"}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
  }

  int kills() {
    return kills;
  }

  /// The latest actions, to be shown with the findings.
  String story() {
    return "seed " + seed + " kill " + kills + "\n" + String.join("\n", story);
  }

  private void tell(String what) {
    story.addLast(what);
    if (story.size() > STORY) {
      story.removeFirst();
    }
  }

  /// Sends a command to every environment and kills processes meanwhile.
  void round() throws IOException, InterruptedException {
    var asked = new ArrayList<Runnable>();
    for (var environment : environments) {
      asked.add(something(environment));
    }
    var moment = random.nextInt(LONGEST_LIFE_MILLIS);
    var kind = random.nextInt(100);
    var startUps = new int[] {random.nextInt(2_500), random.nextInt(2_500)};
    var killer = Thread.startVirtualThread(() -> killAfter(moment, kind));
    var unanswered = asked.stream().filter(ask -> !isAnswered(ask)).toList();
    killer.join();
    if (kind >= 88) {
      for (var life : startUps) {
        tell("and killed %d ms after its start".formatted(life));
        killStarting(life);
      }
    }
    plane.start();
    unanswered.forEach(Runnable::run);
  }

  private static boolean isAnswered(Runnable ask) {
    try {
      ask.run();
      return true;
    } catch (RuntimeException e) {
      return false;
    }
  }

  private Runnable something(TickEnvironment environment) throws IOException, InterruptedException {
    var dice = random.nextInt(100);
    if (dice < 35) {
      return push(environment);
    }
    if (!environment.exists) {
      return recreate(environment);
    }
    if (dice < 50) {
      environment.awake = false;
      return command(environment, "sleep");
    }
    if (dice < 75) {
      environment.awake = true;
      return command(environment, dice < 65 ? "wake" : "restart");
    }
    if (dice < 87) {
      environment.exists = false;
      return command(environment, "destroy");
    }
    tell("nothing for " + environment.name);
    return () -> {};
  }

  private Runnable push(TickEnvironment environment) {
    var service = random.nextBoolean() ? "web" : "api";
    versions++;
    var version = service + "-" + versions;
    tell("push " + version + " to " + environment.name);
    environment.versions.put(service, version);
    anew(environment);
    var done = new boolean[1];
    return () -> {
      try {
        if (!done[0]) {
          app.push(environment.branch, service, version);
        }
        done[0] = true;
      } catch (IOException | InterruptedException e) {
        throw new AssertionError(e);
      }
    };
  }

  private Runnable recreate(TickEnvironment environment) {
    anew(environment);
    return command(environment, "update");
  }

  private static void anew(TickEnvironment environment) {
    environment.note = environment.exists ? environment.note : java.util.Optional.empty();
    environment.exists = true;
    environment.awake = true;
  }

  private Runnable command(TickEnvironment environment, String command) {
    tell(command + " " + environment.name);
    return () -> {
      var answer = plane.command(environment.name, command);
      var gone = command.equals("destroy") && answer.statusCode() == 404;
      if (answer.statusCode() >= 300 && !gone) {
        throw new IllegalStateException(command + ": " + answer.body());
      }
    };
  }

  /// This test is about moments in time, so it sleeps.
  private void killAfter(int millis, int kind) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    tell("killed %d ms later, kind %d".formatted(millis, kind));
    var victims = victims(kind);
    plane.kill();
    victims.forEach(ProcessHandle::destroyForcibly);
    kills++;
  }

  /// What is killed together with the control plane: nothing, PostgreSQL, a build, the shell above
  /// a service, a service, or everything.
  private List<ProcessHandle> victims(int kind) {
    var word =
        kind < 40 || kind >= 88
            ? "control plane"
            : kind < 52
                ? "postgres"
                : kind < 64 ? "stranger" : kind < 72 ? "shell" : kind < 80 ? "process" : "";
    return Processes.all().stream()
        .filter(process -> process.roleIn(plane.home).filter(r -> r.startsWith(word)).isPresent())
        .flatMap(process -> ProcessHandle.of(process.pid()).stream())
        .toList();
  }

  private void killStarting(int millis) throws IOException, InterruptedException {
    var process = plane.launch();
    Thread.sleep(millis);
    process.destroyForcibly().waitFor();
    kills++;
  }

  /// Differences from the desired state, once nothing changes any more.
  List<String> findings() {
    var last = new ArrayList<String>();
    try {
      eventually(
          "all is as it was asked for",
          () -> {
            last.clear();
            look(last);
            return last.isEmpty();
          });
    } catch (AssertionError e) {
      if (last.isEmpty()) {
        throw e;
      }
    }
    return last;
  }

  private void look(List<String> findings) {
    try {
      environments.forEach(environment -> findings.addAll(environment.findings(plane)));
      if (findings.isEmpty()) {
        var known = environments.stream().filter(e -> e.exists).map(e -> e.known(plane)).toList();
        findings.addAll(census.findings(known));
      }
      if (findings.isEmpty()) {
        environments.stream()
            .filter(e -> e.exists && e.note.isEmpty())
            .forEach(e -> e.write(plane, "note " + kills));
      }
    } catch (RuntimeException | AssertionError e) {
      findings.add("lost: it cannot be looked at: " + e);
    }
  }

  /// Stops following the app, which destroys its environments.
  void destroyAll() {
    plane.ask("DELETE", "/apps/" + TickApp.NAME, "");
    environments.forEach(environment -> environment.exists = false);
    tell("everything is destroyed");
  }

  @Override
  public void close() {
    plane.close();
  }
}
