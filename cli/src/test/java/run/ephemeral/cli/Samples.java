package run.ephemeral.cli;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import run.ephemeral.wire.AppView;
import run.ephemeral.wire.CauseView;
import run.ephemeral.wire.ComponentView;
import run.ephemeral.wire.EnvironmentView;
import run.ephemeral.wire.EventView;
import run.ephemeral.wire.PullRequestView;

/// Views of the shop's environments, as a control plane would return them.
final class Samples {
  static final Instant NOW = Instant.parse("2026-01-02T10:00:00Z");

  static final EnvironmentView LOOK =
      pull(1, "Warmer look for the front page", "ready", "all services answer", 1300L);
  static final EnvironmentView CURRENCY =
      pull(2, "Prices in two currencies", "ready", "all services answer", 1400L);
  static final EnvironmentView ORDERS =
      pull(
          3,
          "Faster orders",
          "failing",
          "orders exited 1 after 0.4 s: port must be a number",
          null,
          component("web", "ready"),
          component("orders", "failing"));

  private Samples() {}

  static EnvironmentView pull(
      int number,
      String title,
      String phase,
      String reason,
      @Nullable Long millis,
      ComponentView... components) {
    var name = "pr-shop-" + number;
    return new EnvironmentView(
        name,
        "shop",
        phase,
        reason,
        cause(phase, components),
        "http://" + name + ".localhost:8080",
        new PullRequestView(number, title, "branch-" + number, "ada", "a1b2c3d4e5f6", name, null),
        null,
        "a1b2c3d4e5f6",
        null,
        !phase.equals("failing"),
        NOW.minusSeconds(3600),
        NOW.minusSeconds(180),
        millis,
        NOW.minusSeconds(60),
        NOW.plusSeconds(7 * 24 * 3600),
        false,
        List.of(components));
  }

  private static CauseView cause(String phase, ComponentView... components) {
    return phase.equals("failing") && components.length > 0
        ? new CauseView("ended", failing(components), null, null)
        : new CauseView("all-answer", null, null, null);
  }

  private static String failing(ComponentView... components) {
    return Arrays.stream(components)
        .filter(part -> part.state().equals("failing"))
        .map(ComponentView::name)
        .findFirst()
        .orElse("web");
  }

  static EnvironmentView local(String phase, boolean settled, ComponentView... components) {
    return new EnvironmentView(
        "shop-local",
        "shop",
        phase,
        phase.equals("failing") ? "web exited 1: no such file" : "all services answer",
        cause(phase, components),
        "http://shop-local.localhost:8080",
        null,
        "/code/shop",
        "a1b2c3d4e5f6",
        null,
        settled,
        NOW.minusSeconds(5),
        NOW,
        settled ? 1200L : null,
        null,
        null,
        true,
        List.of(components));
  }

  static EnvironmentView queued(String reason) {
    return new EnvironmentView(
        "shop-local",
        "shop",
        "queued",
        reason,
        new CauseView("awaits-room", null, null, null),
        null,
        null,
        "/code/shop",
        "a1b2c3d4e5f6",
        null,
        false,
        NOW.minusSeconds(5),
        NOW,
        null,
        null,
        null,
        true,
        List.of());
  }

  static EnvironmentView at(EnvironmentView it, String url) {
    return new EnvironmentView(
        it.name(),
        it.app(),
        it.phase(),
        it.reason(),
        it.cause(),
        url,
        it.pullRequest(),
        it.directory(),
        it.commit(),
        null,
        it.settled(),
        it.createdAt(),
        it.changedAt(),
        it.readyMillis(),
        it.lastUsedAt(),
        it.expiresAt(),
        it.pinned(),
        it.components());
  }

  static EnvironmentView expiring(EnvironmentView it, Instant at) {
    return new EnvironmentView(
        it.name(),
        it.app(),
        it.phase(),
        it.reason(),
        it.cause(),
        it.url(),
        it.pullRequest(),
        it.directory(),
        it.commit(),
        null,
        it.settled(),
        it.createdAt(),
        it.changedAt(),
        it.readyMillis(),
        it.lastUsedAt(),
        at,
        it.pinned(),
        it.components());
  }

  static EnvironmentView in(EnvironmentView it, String phase, boolean settled) {
    return new EnvironmentView(
        it.name(),
        it.app(),
        phase,
        it.reason(),
        it.cause(),
        it.url(),
        it.pullRequest(),
        it.directory(),
        it.commit(),
        null,
        settled,
        it.createdAt(),
        it.changedAt(),
        it.readyMillis(),
        it.lastUsedAt(),
        it.expiresAt(),
        it.pinned(),
        it.components());
  }

  static ComponentView component(String name, String state) {
    return new ComponentView(
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

  static EventView event(
      long id, String environment, String step, @Nullable String component, @Nullable Long millis) {
    return new EventView(
        id, NOW.minusSeconds(12), environment, "info", step, component, step + " done", millis);
  }

  static AppView shop(EnvironmentView... environments) {
    var pulls =
        List.of(environments).stream()
            .map(EnvironmentView::pullRequest)
            .filter(java.util.Objects::nonNull)
            .toList();
    return new AppView(
        "shop", "shop", "/home/ada/.ephemeral/demo/shop", false, "main", NOW, null, null, pulls);
  }
}
