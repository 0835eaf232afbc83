package run.ephemeral.engine.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import run.ephemeral.core.engine.InstanceId;
import run.ephemeral.core.environment.Environment.Place;
import run.ephemeral.core.environment.EnvironmentId;
import run.ephemeral.core.environment.EnvironmentName;
import run.ephemeral.core.spec.ComponentName;

/// Where this engine keeps what, in one folder:
///
///     builds/<key>/           an artifact; builds/<key>.log what its build said
///     environments/<id>-<name>/
///       addresses             the stable port of each service
///       instances/<id>/       what is known of one process
///       logs/                 what services and tests said
///       tests/                the newest result of each test
///       work/<service>/<key>/ the folder a service runs in
record Home(Path root) {
  Path builds() {
    return root.resolve("builds");
  }

  Path environments() {
    return root.resolve("environments");
  }

  Path of(Place environment) {
    return environments().resolve(environment.id() + "-" + environment.name());
  }

  Path instance(Place environment, InstanceId instance) {
    return of(environment).resolve("instances").resolve(instance.value());
  }

  Path log(Place environment, ComponentName component, String source) {
    return of(environment).resolve("logs").resolve(component + "." + source + ".log");
  }

  Path test(Place environment, ComponentName test) {
    return of(environment).resolve("tests").resolve(test.value());
  }

  Path work(Place environment, ComponentName service) {
    return of(environment).resolve("work").resolve(service.value());
  }

  /// Every environment that left a trace.
  List<Place> all() throws IOException {
    if (!Files.exists(environments())) {
      return List.of();
    }
    try (var folders = Files.list(environments())) {
      return folders
          .map(folder -> String.valueOf(folder.getFileName()))
          .filter(name -> name.matches("\\d+-.+"))
          .map(
              name -> {
                var dash = name.indexOf('-');
                return new Place(
                    new EnvironmentId(Long.parseLong(name.substring(0, dash))),
                    new EnvironmentName(name.substring(dash + 1)));
              })
          .toList();
    }
  }
}
