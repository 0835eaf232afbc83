package run.ephemeral.cli.output;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import run.ephemeral.wire.ComponentView;
import run.ephemeral.wire.EnvironmentView;

/// Environments as a table. Below a failing one stand the reason and where to read more.
///
/// @param command turns arguments into a full command to suggest
/// @param path shortens a path
public record EnvironmentTable(
    Screen screen, UnaryOperator<String> command, UnaryOperator<String> path) {
  /// The width from which on a reason fits beside the other columns.
  private static final int ROOMY = 130;

  private static final Duration SOON = Duration.ofDays(2);

  /// The table of `demo`: on a wide terminal a failing environment's reason replaces its URL.
  public List<String> brief(List<EnvironmentView> environments) {
    var table =
        new Table("ENVIRONMENT", "PULL REQUEST", "PHASE", "URL", "READY IN")
            .free("PULL REQUEST")
            .minor("READY IN");
    for (var each : environments) {
      var row = begin(each);
      if (each.phase().equals("failing") && screen.width() >= ROOMY) {
        row.add("%s  %s".formatted(Plain.of(each.reason()), screen.dim("→ " + hint(each))));
        table.row(row);
      } else {
        row.addAll(end(each));
        table.row(row, below(each));
      }
    }
    return table.lines(screen);
  }

  /// The table of `list`.
  public List<String> list(List<EnvironmentView> environments, Instant now) {
    var table =
        new Table("ENVIRONMENT", "PULL REQUEST", "PHASE", "CHANGED", "URL", "READY IN")
            .free("PULL REQUEST")
            .minor("READY IN", "CHANGED");
    for (var each : environments) {
      var row = begin(each);
      row.add(Times.relative(each.changedAt(), now));
      row.addAll(end(each));
      var notes = new ArrayList<>(below(each));
      notes.addAll(removal(each, now));
      table.row(row, notes);
    }
    return table.lines(screen);
  }

  /// A warning that the environment will be removed, shown two days ahead.
  private List<String> removal(EnvironmentView each, Instant now) {
    var at = each.expiresAt();
    if (at == null || each.phase().equals("removing") || at.isAfter(now.plus(SOON))) {
      return List.of();
    }
    var keep = command.apply("extend " + each.name() + " 7d");
    return List.of(
        "  is removed %s unless somebody uses it  %s"
            .formatted(Times.relative(at, now), screen.dim("→ " + keep)));
  }

  /// The table of `list -o wide`, with all columns.
  public List<String> wide(List<EnvironmentView> environments, Instant now) {
    var table =
        new Table(
                "ENVIRONMENT",
                "PULL REQUEST",
                "PHASE",
                "CHANGED",
                "URL",
                "READY IN",
                "APP",
                "CLUSTER",
                "BRANCH",
                "COMMIT",
                "COMPONENTS",
                "USED",
                "EXPIRES",
                "REASON")
            .free("REASON", "PULL REQUEST")
            .minor(
                "COMMIT",
                "BRANCH",
                "APP",
                "USED",
                "READY IN",
                "CHANGED",
                "COMPONENTS",
                "EXPIRES",
                "CLUSTER");
    for (var each : environments) {
      var row = begin(each);
      var ready = each.components().stream().filter(EnvironmentTable::isWell).count();
      row.add(Times.relative(each.changedAt(), now));
      row.add(url(each));
      row.add(readyIn(each));
      row.add(each.app());
      row.add(each.cluster() == null ? "-" : each.cluster());
      row.add(each.pullRequest() == null ? "-" : Plain.of(each.pullRequest().branch()));
      row.add(each.commit() == null ? "-" : shortCommit(each.commit()));
      row.add(ready + "/" + each.components().size());
      row.add(each.lastUsedAt() == null ? "-" : Times.relative(each.lastUsedAt(), now));
      row.add(expires(each, now));
      row.add(Plain.of(each.reason()));
      table.row(row);
    }
    return table.lines(screen);
  }

  /// The last cells: the URL if the environment can be visited, else the reason of its phase.
  private List<String> end(EnvironmentView each) {
    return switch (each.phase()) {
      case "queued", "building", "starting", "removing" ->
          List.of(screen.dim(Plain.of(each.reason())));
      default -> List.of(url(each), readyIn(each));
    };
  }

  private List<String> begin(EnvironmentView each) {
    var row = new ArrayList<String>();
    row.add(each.name());
    row.add(subject(each));
    row.add(screen.state(each.phase()));
    return row;
  }

  /// The pull request's title, or the folder.
  private String subject(EnvironmentView each) {
    if (each.pullRequest() != null) {
      return Plain.of(each.pullRequest().title());
    }
    return each.directory() == null ? "-" : Plain.of(path.apply(each.directory()));
  }

  /// Why the environment fails and where to read more, on one line or, if too long, on two.
  private List<String> below(EnvironmentView each) {
    if (!each.phase().equals("failing")) {
      return List.of();
    }
    var reason = "  " + Plain.of(each.reason());
    var hint = "  " + screen.dim("→ " + hint(each));
    return Plain.width(reason) + Plain.width(hint) <= screen.width()
        ? List.of(reason + hint)
        : List.of(reason, hint);
  }

  private String hint(EnvironmentView each) {
    return command.apply(more(each));
  }

  /// Whether there are logs to read: databases have none, and neither have environments without
  /// components.
  public static boolean hasLogs(EnvironmentView each) {
    return failing(each)
        .map(part -> !part.kind().equals("database"))
        .orElse(!each.components().isEmpty());
  }

  /// The command that tells most about a failing environment.
  public static String more(EnvironmentView each) {
    return hasLogs(each)
        ? "logs " + each.name() + failing(each).map(part -> " " + part.name()).orElse("")
        : "show " + each.name();
  }

  /// The first failing component.
  public static Optional<ComponentView> failing(EnvironmentView environment) {
    return environment.components().stream()
        .filter(part -> part.state().equals("failing") || part.state().equals("failed"))
        .findFirst();
  }

  private static boolean isWell(ComponentView part) {
    return part.state().equals("ready") || part.state().equals("passed");
  }

  private String url(EnvironmentView each) {
    return each.url() == null ? "-" : screen.cyan(each.url());
  }

  private static String readyIn(EnvironmentView each) {
    return each.readyMillis() == null ? "-" : Times.took(each.readyMillis());
  }

  public static String expires(EnvironmentView each, Instant now) {
    if (each.pinned()) {
      return "pinned";
    }
    return each.expiresAt() == null ? "-" : Times.relative(each.expiresAt(), now);
  }

  public static String shortCommit(String commit) {
    return commit.substring(0, Math.min(7, commit.length()));
  }
}
