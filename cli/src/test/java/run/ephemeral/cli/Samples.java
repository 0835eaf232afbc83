package run.ephemeral.cli;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import run.ephemeral.wire.App;
import run.ephemeral.wire.Cause;
import run.ephemeral.wire.Component;
import run.ephemeral.wire.Environment;
import run.ephemeral.wire.Event;
import run.ephemeral.wire.PullRequest;

/// The shop's environments, as a control plane would tell them.
final class Samples {
  static final Instant NOW = Instant.parse("2026-01-02T10:00:00Z");

  static final Environment LOOK =
      pull(1, "Warmer look for the front page", "ready", "all services answer", 1300L);
  static final Environment CURRENCY =
      pull(2, "Prices in two currencies", "ready", "all services answer", 1400L);
  static final Environment ORDERS =
      pull(
          3,
          "Faster orders",
          "failing",
          "orders exited 1 after 0.4 s: port must be a number",
          null,
          component("web", "ready"),
          component("orders", "failing"));

  private Samples() {}

  static Environment pull(
      int number,
      String title,
      String phase,
      String reason,
      @Nullable Long millis,
      Component... components) {
    var name = "pr-shop-" + number;
    return new Environment(
        name,
        "shop",
        phase,
        reason,
        cause(phase, components),
        "http://" + name + ".localhost:8080",
        new PullRequest(number, title, "branch-" + number, "ada", "a1b2c3d4e5f6", name, null),
        null,
        "a1b2c3d4e5f6",
        !phase.equals("failing"),
        NOW.minusSeconds(3600),
        NOW.minusSeconds(180),
        millis,
        NOW.minusSeconds(60),
        NOW.plusSeconds(7 * 24 * 3600),
        false,
        List.of(components));
  }

  private static Cause cause(String phase, Component... components) {
    return phase.equals("failing") && components.length > 0
        ? new Cause("ended", failing(components), null, null)
        : new Cause("all-answer", null, null, null);
  }

  private static String failing(Component... components) {
    return Arrays.stream(components)
        .filter(part -> part.state().equals("failing"))
        .map(Component::name)
        .findFirst()
        .orElse("web");
  }

  static Environment local(String phase, boolean settled, Component... components) {
    return new Environment(
        "shop-local",
        "shop",
        phase,
        phase.equals("failing") ? "web exited 1: no such file" : "all services answer",
        cause(phase, components),
        "http://shop-local.localhost:8080",
        null,
        "/code/shop",
        "a1b2c3d4e5f6",
        settled,
        NOW.minusSeconds(5),
        NOW,
        settled ? 1200L : null,
        null,
        null,
        true,
        List.of(components));
  }

  static Environment at(Environment it, String url) {
    return new Environment(
        it.name(),
        it.app(),
        it.phase(),
        it.reason(),
        it.cause(),
        url,
        it.pullRequest(),
        it.directory(),
        it.commit(),
        it.settled(),
        it.createdAt(),
        it.changedAt(),
        it.readyMillis(),
        it.lastUsedAt(),
        it.expiresAt(),
        it.pinned(),
        it.components());
  }

  static Environment expiring(Environment it, Instant at) {
    return new Environment(
        it.name(),
        it.app(),
        it.phase(),
        it.reason(),
        it.cause(),
        it.url(),
        it.pullRequest(),
        it.directory(),
        it.commit(),
        it.settled(),
        it.createdAt(),
        it.changedAt(),
        it.readyMillis(),
        it.lastUsedAt(),
        at,
        it.pinned(),
        it.components());
  }

  static Environment in(Environment it, String phase, boolean settled) {
    return new Environment(
        it.name(),
        it.app(),
        phase,
        it.reason(),
        it.cause(),
        it.url(),
        it.pullRequest(),
        it.directory(),
        it.commit(),
        settled,
        it.createdAt(),
        it.changedAt(),
        it.readyMillis(),
        it.lastUsedAt(),
        it.expiresAt(),
        it.pinned(),
        it.components());
  }

  static Component component(String name, String state) {
    return new Component(
        "service",
        name,
        state,
        state.equals("ready") ? "answers" : "exited 1",
        null,
        "http://" + name + "--pr-shop-3.localhost:8080",
        "http://127.0.0.1:40001",
        state.equals("ready") ? 4711L : null,
        state.equals("ready") ? 0 : 3);
  }

  static Event event(
      long id, String environment, String step, @Nullable String component, @Nullable Long millis) {
    return new Event(
        id, NOW.minusSeconds(12), environment, "info", step, component, step + " done", millis);
  }

  static App shop(Environment... environments) {
    var pulls =
        List.of(environments).stream()
            .map(Environment::pullRequest)
            .filter(java.util.Objects::nonNull)
            .toList();
    return new App("shop", "shop", "/home/ada/.ephemeral/demo/shop", "main", NOW, null, pulls);
  }
}
