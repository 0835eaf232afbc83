package run.ephemeral.core.release;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import run.ephemeral.core.Digest;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.spec.Reference;
import run.ephemeral.core.spec.ServiceSpec;

/// What a release comes to: the units, databases and tests it asks for.
public final class Units {
  private Units() {}

  /// The services' units, in the order in which they may start: what is needed comes first.
  public static Map<ComponentName, Unit> of(Release release, Map<ComponentName, Integer> restarts) {
    var units = new LinkedHashMap<ComponentName, Unit>();
    release.spec().services().keySet().forEach(name -> add(name, release, restarts, units));
    return units;
  }

  private static void add(
      ComponentName name,
      Release release,
      Map<ComponentName, Integer> restarts,
      Map<ComponentName, Unit> units) {
    var service = release.spec().services().get(name);
    if (service == null || units.containsKey(name)) {
      return;
    }
    service.needs().forEach(need -> add(need, release, restarts, units));
    var unit =
        new Unit(
            name,
            build(release, service.path(), service.build()),
            service.command(),
            withFacts(service.env(), release.facts()),
            service.health(),
            service.readyWithin().orElse(ServiceSpec.READY_WITHIN),
            restarts.getOrDefault(name, 0));
    units.put(name, unit);
  }

  public static List<DatabaseOrder> databases(Release release) {
    return release.spec().data().entrySet().stream()
        .map(
            data -> {
              var seed = data.getValue().seed();
              return new DatabaseOrder(
                  data.getKey(),
                  release.repository(),
                  Optional.ofNullable(release.seeds().get(data.getKey())),
                  seed.map(s -> s.path()).orElse(""),
                  seed.flatMap(s -> s.run()));
            })
        .toList();
  }

  /// A test runs in the built folder of the service with the same path, or else in its bare
  /// source.
  public static List<TestOrder> tests(Release release, Collection<Unit> units) {
    var digests = units.stream().map(Unit::digest).toList();
    var tests = new ArrayList<TestOrder>();
    release
        .spec()
        .tests()
        .forEach(
            (name, test) -> {
              var command =
                  release.spec().services().values().stream()
                      .filter(service -> service.path().equals(test.path()))
                      .findFirst()
                      .flatMap(ServiceSpec::build);
              var source = build(release, test.path(), command);
              var env = withFacts(test.env(), release.facts());
              tests.add(new TestOrder(name, source, test.run(), env, digests));
            });
    return tests;
  }

  /// Every artifact a release may need.
  public static Set<Digest> builds(Release release) {
    var units = of(release, Map.of()).values();
    var keys = units.stream().map(unit -> unit.build().key()).collect(Collectors.toSet());
    tests(release, units).forEach(test -> keys.add(test.source().key()));
    return keys;
  }

  /// The databases a service must find: those it refers to and those it says it needs.
  public static Set<ComponentName> databasesOf(ServiceSpec service, Set<ComponentName> databases) {
    var named =
        service.env().values().stream()
            .flatMap(value -> Reference.in(value).stream())
            .map(Reference::owner)
            .collect(Collectors.toSet());
    return databases.stream()
        .filter(data -> named.contains(data.value()) || service.needs().contains(data))
        .collect(Collectors.toSet());
  }

  private static BuildOrder build(Release release, String path, Optional<String> command) {
    var tree = Objects.requireNonNull(release.trees().get(path), "a release has all its trees");
    return new BuildOrder(release.repository(), tree, command);
  }

  /// Fills `${pr.*}` in and leaves every other reference as it was written.
  private static Map<String, String> withFacts(Map<String, String> env, Map<String, String> facts) {
    var filled = new LinkedHashMap<String, String>();
    env.forEach((key, value) -> filled.put(key, withFacts(value, facts)));
    return filled;
  }

  private static String withFacts(String value, Map<String, String> facts) {
    return Reference.rewrite(
        value,
        reference ->
            reference.owner().equals("pr")
                ? Optional.of(facts.getOrDefault(reference.field(), ""))
                : Optional.empty());
  }
}
