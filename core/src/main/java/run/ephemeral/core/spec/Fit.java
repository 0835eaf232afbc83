package run.ephemeral.core.spec;

import java.util.ArrayList;
import java.util.List;

/// The parts of an app that an engine cannot run.
public final class Fit {
  private Fit() {}

  /// @return empty when the engine can run the whole app
  public static List<SpecProblem> problems(AppSpec spec, EngineKind engine) {
    var problems = new ArrayList<SpecProblem>();
    spec.services()
        .forEach(
            (name, service) -> {
              var why =
                  switch (engine) {
                    case PROCESS -> command(service);
                    case KUBERNETES -> image(service);
                  };
              if (!why.isEmpty()) {
                var path = List.of("services", name.value());
                problems.add(new SpecProblem(path, why.formatted(name)));
              }
            });
    switch (engine) {
      case PROCESS -> {
        if (!spec.charts().isEmpty()) {
          problems.add(new SpecProblem(List.of("charts"), "charts need engine `kubernetes`"));
        }
      }
      case KUBERNETES -> tests(spec, problems);
    }
    return problems;
  }

  private static String command(ServiceSpec service) {
    if (service.run().isPresent() && !service.run().get().isBlank()) {
      return "";
    }
    return service.image().isPresent()
        ? "`%s` has only an `image`, which engine `kubernetes` runs; to run it here, add the"
            + " command: run: <command>"
        : "`%s` needs the command that runs it: run: <command>";
  }

  private static String image(ServiceSpec service) {
    return service.image().isPresent()
        ? ""
        : "`%s` has no `image`, which engine `kubernetes` needs: image: <name of an image>";
  }

  private static void tests(AppSpec spec, List<SpecProblem> problems) {
    spec.tests()
        .forEach(
            (name, test) -> {
              if (spec.services().values().stream()
                  .noneMatch(service -> service.path().equals(test.path()))) {
                problems.add(
                    new SpecProblem(
                        List.of("tests", name.value()),
                        "`%s` has no service with its path, in whose image it could run"
                            .formatted(name)));
              }
            });
  }
}
