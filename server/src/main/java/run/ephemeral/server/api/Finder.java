package run.ephemeral.server.api;

import jakarta.inject.Singleton;
import run.ephemeral.core.app.App;
import run.ephemeral.core.app.Apps;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.environment.Environments;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.plan.Sentences;
import run.ephemeral.core.release.Release;
import run.ephemeral.core.spec.AppName;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.spec.Nearest;
import run.ephemeral.reconciler.Reconciler;

/// Resolves names in URLs to environments, apps, releases and services.
@Singleton
final class Finder {
  private final Environments environments;
  private final Apps apps;
  private final Reconciler reconciler;
  private final Sentences sentences;

  Finder(Environments environments, Apps apps, Reconciler reconciler, Sentences sentences) {
    this.environments = environments;
    this.apps = apps;
    this.reconciler = reconciler;
    this.sentences = sentences;
  }

  Environment environment(String name) {
    if (isName(name)) {
      var found = environments.find(new EnvironmentName(name));
      if (found.isPresent()) {
        return found.get();
      }
    }
    var names = environments.all().stream().map(known -> known.name().value()).toList();
    throw new Problems.Absent(
        "there is no environment `%s`.%s".formatted(name, Nearest.hint(name, names)));
  }

  private static boolean isName(String name) {
    try {
      return new EnvironmentName(name).value().equals(name);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  App app(String name) {
    return apps.all().stream()
        .filter(app -> app.name().value().equals(name))
        .findFirst()
        .orElseThrow(
            () -> {
              var names = apps.all().stream().map(App::name).map(AppName::value).toList();
              return new Problems.Absent(
                  "no app `%s` is followed.%s".formatted(name, Nearest.hint(name, names)));
            });
  }

  Release release(Environment environment) {
    return environment
        .wanted()
        .release()
        .orElseThrow(
            () ->
                new Problems.Absent(
                    "`%s` has nothing to run yet: %s"
                        .formatted(
                            environment.name(),
                            sentences.of(reconciler.judge(environment).cause()))));
  }

  static ComponentName service(Release release, String name) {
    var services = release.spec().services().keySet();
    return services.stream()
        .filter(service -> service.value().equals(name))
        .findFirst()
        .orElseThrow(
            () -> {
              var names = services.stream().map(ComponentName::value).toList();
              return new Problems.Absent(
                  "there is no service `%s`; there are %s.%s"
                      .formatted(name, String.join(", ", names), Nearest.hint(name, names)));
            });
  }
}
