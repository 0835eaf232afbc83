package run.ephemeral.cli.output;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import run.ephemeral.wire.Component;
import run.ephemeral.wire.Environment;

/// Environments as a table. One that fails shows why, and where to read more, in place of an
/// address that would not answer.
///
/// @param command makes a command to suggest of its arguments
/// @param path shortens a path
public record EnvironmentTable(
    Screen screen, UnaryOperator<String> command, UnaryOperator<String> path) {

  /// As `demo` ends.
  public List<String> brief(List<Environment> environments) {
    var table = new Table("ENVIRONMENT", "PULL REQUEST", "PHASE", "URL", "READY IN");
    for (var each : environments) {
      var row = begin(each);
      row.addAll(end(each));
      table.row(row);
    }
    return table.lines(screen);
  }

  /// As `list` shows it.
  public List<String> list(List<Environment> environments, Instant now) {
    var table = new Table("ENVIRONMENT", "PULL REQUEST", "PHASE", "CHANGED", "URL", "READY IN");
    for (var each : environments) {
      var row = begin(each);
      row.add(Times.relative(each.changedAt(), now));
      row.addAll(end(each));
      table.row(row);
    }
    return table.lines(screen);
  }

  /// All there is to say in a line.
  public List<String> wide(List<Environment> environments, Instant now) {
    var table =
        new Table(
            "ENVIRONMENT",
            "PULL REQUEST",
            "PHASE",
            "CHANGED",
            "URL",
            "READY IN",
            "APP",
            "BRANCH",
            "COMMIT",
            "COMPONENTS",
            "USED",
            "EXPIRES",
            "REASON");
    for (var each : environments) {
      var row = begin(each);
      var ready = each.components().stream().filter(EnvironmentTable::isWell).count();
      row.add(Times.relative(each.changedAt(), now));
      row.add(url(each));
      row.add(readyIn(each));
      row.add(each.app());
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

  /// Its address once there is something to see there, else how far it is.
  private List<String> end(Environment each) {
    return switch (each.phase()) {
      case "failing" -> List.of(why(each));
      case "queued", "building", "starting", "removing" ->
          List.of(screen.dim(Plain.of(each.reason())));
      default -> List.of(url(each), readyIn(each));
    };
  }

  private List<String> begin(Environment each) {
    var row = new ArrayList<String>();
    row.add(each.name());
    row.add(subject(each));
    row.add(screen.state(each.phase()));
    return row;
  }

  /// What it shows: a pull request's title or a folder.
  private String subject(Environment each) {
    if (each.pullRequest() != null) {
      return Plain.of(each.pullRequest().title());
    }
    return each.directory() == null ? "-" : Plain.of(path.apply(each.directory()));
  }

  private String why(Environment each) {
    return "%s  %s"
        .formatted(
            Plain.of(each.reason()),
            screen.dim("→ " + command.apply("logs " + each.name() + culprit(each, " %s"))));
  }

  private static String culprit(Environment each, String format) {
    return failing(each).map(component -> format.formatted(component.name())).orElse("");
  }

  /// The first part that is in trouble.
  public static Optional<Component> failing(Environment environment) {
    return environment.components().stream()
        .filter(part -> part.state().equals("failing") || part.state().equals("failed"))
        .findFirst();
  }

  private static boolean isWell(Component part) {
    return part.state().equals("ready") || part.state().equals("passed");
  }

  private String url(Environment each) {
    return each.url() == null ? "-" : screen.cyan(each.url());
  }

  private static String readyIn(Environment each) {
    return each.readyMillis() == null ? "-" : Times.took(each.readyMillis());
  }

  public static String expires(Environment each, Instant now) {
    if (each.pinned()) {
      return "pinned";
    }
    return each.expiresAt() == null ? "-" : Times.relative(each.expiresAt(), now);
  }

  public static String shortCommit(String commit) {
    return commit.substring(0, Math.min(7, commit.length()));
  }
}
