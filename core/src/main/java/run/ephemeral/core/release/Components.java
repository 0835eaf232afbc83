package run.ephemeral.core.release;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import run.ephemeral.core.spec.ChartSpec;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.spec.EngineKind;
import run.ephemeral.core.spec.Fit;
import run.ephemeral.core.spec.Reference;
import run.ephemeral.core.spec.ResourcesSpec;
import run.ephemeral.core.spec.ServiceSpec;
import run.ephemeral.core.spec.SpecProblem;

/// The components of a release on one kind of engine. Only this class decides which keys of a
/// service count on which engine.
///
/// @param all in start order: a component comes after those that it needs
public record Components(List<Component> all) {
  /// No components.
  public static final Components NONE = new Components(List.of());

  public Components {
    all = List.copyOf(all);
  }

  /// The result of [#of].
  public sealed interface Reading {
    record Fits(Components components) implements Reading {}

    /// @param why at least one
    record Misfits(List<SpecProblem> why) implements Reading {
      public Misfits {
        why = List.copyOf(why);
      }
    }
  }

  /// @param restarts how often a restart of each service, or another run of each test, was
  ///     requested
  public static Reading of(
      Release release, EngineKind engine, Map<ComponentName, Integer> restarts) {
    var problems = Fit.problems(release.spec(), engine);
    return problems.isEmpty()
        ? new Reading.Fits(new Maker(release, engine, restarts).components())
        : new Reading.Misfits(problems);
  }

  /// Like [#of], but has no components when the release does not fit the engine.
  public static Components fitting(Release release, EngineKind engine) {
    return switch (of(release, engine, Map.of())) {
      case Reading.Fits(var components) -> components;
      case Reading.Misfits _ -> NONE;
    };
  }

  /// The databases of a release, which are the same on every engine.
  public static List<Component.Database> databases(Release release) {
    return release.spec().data().entrySet().stream()
        .map(
            data ->
                new Component.Database(
                    data.getKey(),
                    Optional.ofNullable(release.seeds().get(data.getKey())),
                    data.getValue().seed().flatMap(seed -> seed.run())))
        .toList();
  }

  /// The components of one kind.
  public <C extends Component> List<C> all(Class<C> kind) {
    return all.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  public <C extends Component> Optional<C> find(Class<C> kind, ComponentName name) {
    return all(kind).stream().filter(component -> component.name().equals(name)).findFirst();
  }

  /// Every artifact that the components may need.
  public Set<ArtifactOrder> artifacts() {
    return all.stream()
        .flatMap(component -> component.artifacts().stream())
        .collect(Collectors.toSet());
  }

  /// Makes the components of one release for one engine.
  private record Maker(Release release, EngineKind engine, Map<ComponentName, Integer> restarts) {
    Components components() {
      var services = new LinkedHashMap<ComponentName, Component>();
      release.spec().services().keySet().forEach(name -> add(name, services));
      var all = new ArrayList<Component>(databases(release));
      all.addAll(services.values());
      release.spec().charts().forEach((name, chart) -> all.add(chart(name, chart)));
      all.addAll(tests());
      return new Components(all);
    }

    private void add(ComponentName name, Map<ComponentName, Component> services) {
      var service = release.spec().services().get(name);
      if (service == null || services.containsKey(name)) {
        return;
      }
      service.needs().forEach(need -> add(need, services));
      services.put(
          name,
          switch (engine) {
            case PROCESS -> program(name, service);
            case KUBERNETES -> container(name, service);
          });
    }

    private Component.Program program(ComponentName name, ServiceSpec service) {
      return new Component.Program(
          name,
          built(service.path(), service.build()),
          service.command(),
          withFacts(service.env()),
          probe(service),
          restarts.getOrDefault(name, 0),
          needs(service));
    }

    private Component.Container container(ComponentName name, ServiceSpec service) {
      return new Component.Container(
          name,
          pulled(service),
          service.port(),
          withFacts(service.env()),
          service.resources().orElse(ResourcesSpec.DEFAULT),
          probe(service),
          restarts.getOrDefault(name, 0),
          needs(service));
    }

    private Component.Chart chart(ComponentName name, ChartSpec chart) {
      return new Component.Chart(
          name,
          release.tree(chart.chart()),
          chart.values(),
          new Probe(Optional.empty(), ServiceSpec.READY_WITHIN),
          Set.of());
    }

    /// A test runs in the artifact of the service with the same path, or else in its plain source.
    private Collection<Component.Test> tests() {
      var tests = new ArrayList<Component.Test>();
      release
          .spec()
          .tests()
          .forEach(
              (name, test) -> {
                var service =
                    release.spec().services().values().stream()
                        .filter(known -> known.path().equals(test.path()))
                        .findFirst();
                var source =
                    switch (engine) {
                      case PROCESS -> built(test.path(), service.flatMap(ServiceSpec::build));
                      case KUBERNETES -> pulled(service.orElseThrow());
                    };
                var count = restarts.getOrDefault(name, 0);
                var env = withFacts(test.env());
                tests.add(new Component.Test(name, source, test.run(), env, count));
              });
      return tests;
    }

    private ArtifactOrder.Built built(String path, Optional<String> command) {
      return new ArtifactOrder.Built(release.tree(path), command);
    }

    private ArtifactOrder.Pulled pulled(ServiceSpec service) {
      return ImageTags.order(service.image().orElseThrow(), release.commit(), release.facts());
    }

    private static Probe probe(ServiceSpec service) {
      return new Probe(service.health(), service.readyWithin().orElse(ServiceSpec.READY_WITHIN));
    }

    /// The components listed in `needs`, and the databases to which `env` refers.
    private Set<ComponentName> needs(ServiceSpec service) {
      var named =
          service.env().values().stream()
              .flatMap(value -> Reference.in(value).stream())
              .map(Reference::owner)
              .collect(Collectors.toSet());
      var needs = new HashSet<>(service.needs());
      release.spec().data().keySet().stream()
          .filter(data -> named.contains(data.value()))
          .forEach(needs::add);
      return needs;
    }

    /// Fills in `${pr.*}` and leaves every other reference as written.
    private Map<String, String> withFacts(Map<String, String> env) {
      var filled = new LinkedHashMap<String, String>();
      env.forEach((key, value) -> filled.put(key, withFacts(value)));
      return filled;
    }

    private String withFacts(String value) {
      return Reference.rewrite(
          value,
          reference ->
              reference.owner().equals("pr")
                  ? Optional.of(release.facts().getOrDefault(reference.field(), ""))
                  : Optional.empty());
    }
  }
}
