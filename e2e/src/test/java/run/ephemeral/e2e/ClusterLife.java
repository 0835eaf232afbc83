package run.ephemeral.e2e;

import static run.ephemeral.e2e.ClusterApp.slowly;
import static run.ephemeral.testkit.Eventually.eventually;

import java.util.Random;
import java.util.function.Consumer;

/// The life of one environment on a cluster, from its branch to its end, chosen at random by a
/// seed. It records what should be, and asks again whatever got no answer, as users do.
final class ClusterLife {
  private static final int LONGEST_PAUSE_MILLIS = 2500;
  private static final int MOST = 4;

  private final ClusterApp app;
  private final int number;
  private final Random random;
  private final Consumer<String> story;
  private final String name;
  private final String branch;
  private boolean awake = true;
  private String text = "";
  private int versions;

  ClusterLife(ClusterApp app, int number, long seed, Consumer<String> story) {
    this.app = app;
    this.number = number;
    this.random = new Random(seed * 31 + number);
    this.story = story;
    this.name = app.environment(number);
    this.branch = "b%03d".formatted(number);
  }

  private void tell(String what) {
    story.accept(branch + " " + what);
  }

  /// Opens the pull request. Those of lower numbers have to be open already.
  void open() {
    tell("opened");
    app.commit(branch, versions);
  }

  /// Does some things, each perhaps while the one before is carried out.
  void live() {
    image();
    var steps = 2 + random.nextInt(MOST);
    for (int i = 0; i < steps; i++) {
      pause();
      switch (random.nextInt(10)) {
        case 0, 1, 2 -> image();
        case 3, 4 -> push();
        case 5, 6 -> ask("sleep", false);
        case 7, 8 -> ask("wake", true);
        default -> {
          ask("destroy", false);
          slowly(name + " is gone", this::isGone);
          ask("update", true);
        }
      }
    }
  }

  /// This test is about moments in time, so it sleeps.
  private void pause() {
    try {
      Thread.sleep(random.nextInt(LONGEST_PAUSE_MILLIS));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void image() {
    versions++;
    text = branch + " " + versions;
    tell("image " + versions);
    app.image(number, text);
  }

  /// A command that is sent before the push is seen would be undone by it.
  private void push() {
    versions++;
    tell("push " + versions);
    var commit = app.commit(branch, versions);
    eventually("the push is seen", () -> commit.startsWith(seen("commit", "?")));
    awake = true;
  }

  private void ask(String command, boolean wakes) {
    tell(command);
    eventually(command + " of " + name, () -> status("POST", command) < 300);
    awake = wakes;
  }

  private int status(String method, String command) {
    try {
      var answer =
          method.equals("GET")
              ? app.plane.ask("GET", "/environments/" + name, "")
              : app.plane.command(name, command);
      return answer.statusCode();
    } catch (RuntimeException e) {
      return 503;
    }
  }

  boolean isGone() {
    return status("GET", "") == 404;
  }

  private String seen(String key, String otherwise) {
    try {
      return app.plane.environment(name).path(key).asText(otherwise);
    } catch (RuntimeException e) {
      return otherwise;
    }
  }

  /// Waits until it is as it should be.
  void check() {
    var phase = awake ? "ready" : "asleep";
    slowly(name + " is " + phase, () -> seen("phase", "").equals(phase));
    if (awake) {
      slowly(name + " says " + text, () -> app.plane.page(name).body().equals(text));
    }
  }

  void end() {
    if (random.nextBoolean()) {
      tell("closed");
      app.close(branch);
    } else {
      tell("destroyed");
      eventually(
          "destroy of " + name,
          () -> {
            var status = status("POST", "destroy");
            return status < 300 || status == 404;
          });
    }
  }
}
