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
import java.util.stream.Stream;
import run.ephemeral.core.spec.ChartSpec;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.spec.EngineKind;
import run.ephemeral.core.spec.Fit;
import run.ephemeral.core.spec.Reference;
import run.ephemeral.core.spec.ServiceSpec;
import run.ephemeral.core.spec.SpecProblem;

/// What a release comes to on an engine. Here and only here it is decided what of a service counts
/// there.
///
/// @param all in the order in which they may start: what is needed comes first
public record Components(List<Component> all) {
  /// What nothing is made of.
  public static final Components NONE = new Components(List.of());

  public Components {
    all = List.copyOf(all);
  }

  /// What came of it.
  public sealed interface Reading {
    record Fits(Components components) implements Reading {}

    /// @param why at least one
    record Misfits(List<SpecProblem> why) implements Reading {
      public Misfits {
        why = List.copyOf(why);
      }
    }
  }

  /// @param restarts how often each service was asked to start anew
  public static Reading of(
      Release release, EngineKind engine, Map<ComponentName, Integer> restarts) {
    var problems = Fit.problems(release.spec(), engine);
    return problems.isEmpty()
        ? new Reading.Fits(new Maker(release, engine, restarts).components())
        : new Reading.Misfits(problems);
  }

  /// As [#of], for whoever must look although the release may not fit: it has nothing then.
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

  /// Those of one kind.
  public <C extends Component> List<C> all(Class<C> kind) {
    return all.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  public <C extends Component> Optional<C> find(Class<C> kind, ComponentName name) {
    return all(kind).stream().filter(component -> component.name().equals(name)).findFirst();
  }

  /// Every artifact they may need.
  public Set<ArtifactOrder> artifacts() {
    return all.stream()
        .flatMap(component -> component.artifacts().stream())
        .collect(Collectors.toSet());
  }

  /// One release and one engine, while the components are made.
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

    /// A test runs in what the service with the same path is made from, or else in its bare
    /// source.
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
                tests.add(new Component.Test(name, source, test.run(), withFacts(test.env())));
              });
      return tests;
    }

    private ArtifactOrder.Built built(String path, Optional<String> command) {
      return new ArtifactOrder.Built(release.tree(path), command);
    }

    /// What CI pushed for the pull request, or for its commit.
    private ArtifactOrder.Pulled pulled(ServiceSpec service) {
      var number = Optional.ofNullable(release.facts().get("number")).filter(n -> !n.equals("0"));
      var tags = Stream.concat(number.map("PR-"::concat).stream(), Stream.of(release.commit()));
      return new ArtifactOrder.Pulled(service.image().orElseThrow(), tags.toList());
    }

    private static Probe probe(ServiceSpec service) {
      return new Probe(service.health(), service.readyWithin().orElse(ServiceSpec.READY_WITHIN));
    }

    /// Other services that it names as needs, and the databases that it names or refers to.
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

    /// Fills `${pr.*}` in and leaves every other reference as it was written.
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
