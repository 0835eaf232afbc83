package run.ephemeral.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import run.ephemeral.cli.api.ControlPlane;
import run.ephemeral.cli.api.Json;
import run.ephemeral.cli.output.Nearest;
import run.ephemeral.cli.output.Plain;
import run.ephemeral.wire.AppView;
import run.ephemeral.wire.ComponentView;
import run.ephemeral.wire.EnvironmentView;

/// Finds environments by full or shortened names.
final class Environments {
  private final Cli cli;
  private final ControlPlane api;

  Environments(Cli cli, ControlPlane api) {
    this.cli = cli;
    this.api = api;
  }

  /// @param node the JSON from the control plane, unchanged
  record Found(JsonNode node, EnvironmentView environment) {
    static Found of(JsonNode node) {
      return new Found(node, Json.read(node, EnvironmentView.class));
    }

    String name() {
      return environment.name();
    }
  }

  static String path(String name) {
    return "/environments/" + ControlPlane.encoded(name);
  }

  /// Whether it runs on a cluster, and not on this machine.
  static boolean isOnCluster(EnvironmentView environment) {
    return environment.cluster() != null && !environment.cluster().equals("local");
  }

  /// @throws CliFault when it waits, and runs nothing yet
  static void checkRuns(EnvironmentView environment) {
    if (environment.phase().equals("queued")) {
      throw new CliFault(
          Exit.REFUSED,
          "%s runs nothing yet: it is queued, %s"
              .formatted(environment.name(), Plain.of(environment.reason())));
    }
  }

  /// @throws CliFault when the environment has no such service
  static void checkService(EnvironmentView environment, String service) {
    checkRuns(environment);
    var services =
        environment.components().stream()
            .filter(component -> component.kind().equals("service"))
            .map(ComponentView::name)
            .toList();
    if (!services.contains(service)) {
      throw new CliFault(
          Exit.NOT_FOUND,
          "%s has no service `%s`%s"
              .formatted(environment.name(), service, Nearest.hint(service, services)),
          services.isEmpty() ? "it has none yet" : "it has " + String.join(", ", services));
    }
  }

  List<EnvironmentView> all() {
    return api.getAll("/environments", EnvironmentView.class);
  }

  /// Finds an environment by its name, or the beginning or end of its name.
  Found find(String given) {
    return api.find(path(given)).map(Found::of).orElseGet(() -> byPart(given));
  }

  /// Whether no environment has this name, or one that it abbreviates.
  boolean isUnknown(String given) {
    return api.find(path(given)).isEmpty()
        && fitting(given, all().stream().map(EnvironmentView::name).toList()).isEmpty();
  }

  /// The name of an open pull request's environment that was destroyed.
  Optional<String> destroyed(String given) {
    var names =
        api.getAll("/apps", AppView.class).stream()
            .flatMap(
                app ->
                    app.pullRequests().stream()
                        .map(pr -> "pr-%s-%d".formatted(app.label(), pr.number())))
            .toList();
    if (names.contains(given)) {
      return Optional.of(given);
    }
    var fitting = fitting(given, names);
    if (fitting.size() > 1) {
      throw several(given, fitting);
    }
    return fitting.stream().findFirst();
  }

  /// Like [#find]; without a name, the environment of this folder, else the only one.
  Found findOrOnly(@Nullable String given) {
    return given != null ? find(given) : only();
  }

  private Found byPart(String part) {
    var names = all().stream().map(EnvironmentView::name).toList();
    var fitting = fitting(part, names);
    if (fitting.size() == 1) {
      return Found.of(api.get(path(fitting.getFirst())));
    }
    if (fitting.size() > 1) {
      throw several(part, fitting);
    }
    throw new CliFault(
        Exit.NOT_FOUND,
        "there is no environment `%s`%s".formatted(part, Nearest.hint(part, names)),
        cli.command("list"));
  }

  private static CliFault several(String part, List<String> fitting) {
    return new CliFault(
        Exit.NOT_FOUND,
        "`%s` fits several environments: %s".formatted(part, String.join(", ", fitting)),
        "write more of the name");
  }

  /// The end of a name must begin at one of its dashes, so that 1 is not 11.
  static List<String> fitting(String part, List<String> names) {
    if (part.isEmpty()) {
      return List.of();
    }
    var ending = names.stream().filter(name -> name.endsWith("-" + part)).toList();
    return ending.isEmpty()
        ? names.stream().filter(name -> name.startsWith(part)).toList()
        : ending;
  }

  private Found only() {
    var all = all();
    var here = cli.world().directory().toString();
    Optional<EnvironmentView> meant =
        all.stream().filter(each -> here.equals(each.directory())).findFirst();
    if (meant.isEmpty() && all.size() == 1) {
      meant = Optional.of(all.getFirst());
    }
    return meant
        .map(environment -> Found.of(api.get(path(environment.name()))))
        .orElseThrow(() -> which(all));
  }

  private CliFault which(List<EnvironmentView> all) {
    if (all.isEmpty()) {
      return new CliFault(
          Exit.NOT_FOUND,
          "there are no environments",
          cli.command("run") + "    the app in this folder",
          cli.command("demo") + "   a sample shop");
    }
    return new CliFault(
        Exit.USAGE,
        "which environment? There are "
            + String.join(", ", all.stream().map(EnvironmentView::name).toList()));
  }
}
