package run.ephemeral.core.plan;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import run.ephemeral.core.Digest;
import run.ephemeral.core.Fault;
import run.ephemeral.core.engine.Cluster;
import run.ephemeral.core.engine.Instance;
import run.ephemeral.core.engine.Running;
import run.ephemeral.core.engine.TestResult;
import run.ephemeral.core.environment.Attempts;
import run.ephemeral.core.environment.Observed;
import run.ephemeral.core.environment.Placement;
import run.ephemeral.core.environment.Power;
import run.ephemeral.core.environment.Wanted;
import run.ephemeral.core.name.ClusterName;
import run.ephemeral.core.policy.Limits;
import run.ephemeral.core.release.Artifact;
import run.ephemeral.core.release.ArtifactOrder;
import run.ephemeral.core.release.Component;
import run.ephemeral.core.release.Components;
import run.ephemeral.core.release.Mirror;
import run.ephemeral.core.release.Probe;
import run.ephemeral.core.release.Release;
import run.ephemeral.core.release.SourceTree;
import run.ephemeral.core.spec.AppName;
import run.ephemeral.core.spec.AppSpec;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.spec.DataSpec;
import run.ephemeral.core.spec.EngineKind;
import run.ephemeral.core.spec.ExpireSpec;
import run.ephemeral.core.spec.SeedSpec;
import run.ephemeral.core.spec.ServiceSpec;
import run.ephemeral.core.spec.SleepSpec;
import run.ephemeral.core.spec.StartSpec;
import run.ephemeral.core.spec.TestSpec;
import run.ephemeral.core.step.InstanceId;
import run.ephemeral.core.step.Step;

/// Builds a situation step by step: a shop of three services and a database at noon.
final class Scene {
  static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  private static final Mirror MIRROR = new Mirror("app-shop");
  private static final Cluster HERE = new Cluster(ClusterName.LOCAL, EngineKind.PROCESS, 1, false);

  private final Map<String, String> trees = new HashMap<>();
  private final Map<ComponentName, Integer> restarts = new HashMap<>();
  private final Map<Digest, Artifact> artifacts = new HashMap<>();
  private final Map<ComponentName, Digest> databases = new HashMap<>();
  private final List<Instance> instances = new ArrayList<>();
  private final List<TestResult> results = new ArrayList<>();
  private final Map<ComponentName, TestSpec> tests = new LinkedHashMap<>();
  private List<ComponentName> webNeeds = List.of();
  private List<ComponentName> catalogueNeeds = List.of();
  private Optional<Duration> idle = Optional.empty();
  private Power power = Power.ON;
  private Optional<String> removal = Optional.empty();
  private Optional<Fault> fault = Optional.empty();
  private Optional<Instant> wokenAt = Optional.empty();
  private final Set<ComponentName> closed = new HashSet<>();
  private Instant attendedSince = Instant.EPOCH;
  private Optional<Instant> expiresAt = Optional.of(NOON.plus(Duration.ofDays(3)));
  private Optional<Instant> lastUsed = Optional.empty();
  private Attempts attempts = Attempts.NONE;
  private Instant now = NOON;
  private boolean released = true;
  private int round;

  Scene() {
    for (var path : List.of("web", "catalogue", "orders")) {
      trees.put(path, "tree of " + path);
    }
  }

  Scene webNeeds(String service) {
    webNeeds = List.of(new ComponentName(service));
    return this;
  }

  Scene catalogueNeeds(String service) {
    catalogueNeeds = List.of(new ComponentName(service));
    return this;
  }

  Scene pushedTo(String service) {
    trees.put(service, "newer tree of " + service);
    return this;
  }

  Scene restarted(String service) {
    restarts.merge(new ComponentName(service), 1, Integer::sum);
    return this;
  }

  Scene test(String name) {
    var spec = new TestSpec("./" + name, "web", TestSpec.When.READY, Map.of());
    tests.put(new ComponentName(name), spec);
    return this;
  }

  Scene tested(String name, boolean passed) {
    var test = theTest(name);
    results.add(
        new TestResult(
            test.name(), resultOf(test), passed, passed ? "passed in 1.0 s" : "exited 1"));
    return this;
  }

  private Component.Test theTest(String name) {
    return components().find(Component.Test.class, new ComponentName(name)).orElseThrow();
  }

  private Digest resultOf(Component.Test test) {
    return test.key(
        components().all(Component.Program.class).stream().map(Component.Program::digest).toList());
  }

  Scene built(String... services) {
    for (var service : services) {
      artifacts.put(program(service).source().key(), new Artifact.Folder());
    }
    return this;
  }

  Scene database() {
    databases.put(new ComponentName("db"), Components.databases(release()).getFirst().key());
    return this;
  }

  Scene seedChanged() {
    databases.put(new ComponentName("db"), Digest.of("an older seed"));
    return this;
  }

  Scene starting(String service) {
    return instance(service, 1, 0, false, new Instance.State.Starting());
  }

  Scene startingAgain(String service) {
    return instance(service, 2, 1, false, new Instance.State.Starting());
  }

  Scene healthy(String service) {
    return instance(service, 1, 0, false, new Instance.State.Healthy(NOON));
  }

  Scene serving(String... services) {
    for (var service : services) {
      instance(service, 1, 0, true, new Instance.State.Healthy(NOON));
    }
    return this;
  }

  Scene ended(String service, int failures, Duration ago, Duration healthyFor) {
    var state =
        new Instance.State.Ended("exited 1 after 0.4 s: no luck", now.minus(ago), healthyFor);
    return instance(service, failures + 1, failures, false, state);
  }

  private Scene instance(
      String service, int attempt, int failures, boolean routed, Instance.State state) {
    var digest = program(service).digest();
    var name = new ComponentName(service);
    var id = InstanceId.of(name, digest, attempt);
    instances.add(new Instance(id, name, digest, attempt, failures, 42, 8000, NOON, routed, state));
    return this;
  }

  /// A process of the previous version, which gets requests only if it serves.
  Scene older(String service, boolean serves) {
    var name = new ComponentName(service);
    var unit = Digest.of("the version before", service);
    var state = serves ? new Instance.State.Healthy(NOON) : new Instance.State.Starting();
    var id = InstanceId.of(name, unit, 1);
    instances.add(new Instance(id, name, unit, 1, 0, 41, 7999, NOON, serves, state));
    return this;
  }

  Scene failed(String service, int count, Fault why) {
    var step = new Step.Build(new ComponentName(service), program(service).source(), "");
    for (int i = 0; i < count; i++) {
      failed(step, why);
    }
    return this;
  }

  /// A prerequisite of the build does not exist yet.
  Scene buildPostponed(String service) {
    var name = new ComponentName(service);
    attempts = attempts.postponed(new Step.Build(name, program(service).source(), ""), now);
    return this;
  }

  /// Like [#buildPostponed], for a test.
  Scene testPostponed(String name) {
    var test = theTest(name);
    artifacts.remove(test.source().key());
    var source = (ArtifactOrder.Built) test.source();
    attempts = attempts.postponed(new Step.Build(test.name(), source, ""), now);
    return this;
  }

  private Scene failed(Step step, Fault why) {
    attempts = attempts.failed(step, why, now);
    return this;
  }

  Scene startFailed(String service, Fault why) {
    return failed(new Step.Start(first(service), program(service), 1, 0, ""), why);
  }

  Scene awaitFailed(String service, Fault why) {
    var name = new ComponentName(service);
    var probe = new Probe(Optional.empty(), Duration.ZERO);
    return failed(new Step.Await(name, first(service), probe, ""), why);
  }

  Scene routeFailed(String service, Fault why) {
    return failed(new Step.Route(new ComponentName(service), first(service), ""), why);
  }

  Scene openFailed(String service, Fault why) {
    return failed(new Step.Open(new ComponentName(service), ""), why);
  }

  Scene stopFailed(String service, Fault why) {
    return failed(new Step.Stop(new ComponentName(service), first(service), ""), why);
  }

  Scene copyFailed(Fault why) {
    return failed(new Step.Copy(Components.databases(release()).getFirst(), ""), why);
  }

  Scene testFailed(String name, Fault why) {
    return failed(new Step.Test(theTest(name), resultOf(theTest(name)), ""), why);
  }

  Scene testNotBuilt(String name, Fault why) {
    var test = theTest(name);
    artifacts.remove(test.source().key());
    var source = (ArtifactOrder.Built) test.source();
    return failed(new Step.Build(test.name(), source, ""), why);
  }

  private InstanceId first(String service) {
    return InstanceId.of(new ComponentName(service), program(service).digest(), 1);
  }

  Scene askedAgain() {
    round++;
    return this;
  }

  Scene closed(String service) {
    closed.add(new ComponentName(service));
    return this;
  }

  Scene blind(Fault why) {
    attempts = attempts.lookFailed(why, now);
    return this;
  }

  Scene attendedSince(Duration ago) {
    attendedSince = now.minus(ago);
    return this;
  }

  Scene asleep() {
    power = Power.OFF;
    return this;
  }

  Scene woken() {
    wokenAt = Optional.of(NOON);
    return this;
  }

  Scene removed() {
    removal = Optional.of("its branch was merged or deleted");
    return this;
  }

  Scene unreadable() {
    fault = Optional.of(Fault.user("ephemeral.yaml:3:1: unknown key `servces`"));
    return this;
  }

  Scene neverReleased() {
    released = false;
    return this;
  }

  Scene idleAfter(Duration span) {
    idle = Optional.of(span);
    return this;
  }

  Scene used(Duration ago) {
    lastUsed = Optional.of(now.minus(ago));
    return this;
  }

  Scene at(Duration afterNoon) {
    now = NOON.plus(afterNoon);
    return this;
  }

  private Component.Program program(String service) {
    return components().find(Component.Program.class, new ComponentName(service)).orElseThrow();
  }

  private Components components() {
    return switch (Components.of(release(), EngineKind.PROCESS, restarts)) {
      case Components.Reading.Fits(var components) -> components;
      case Components.Reading.Misfits(var why) -> throw new AssertionError(why);
    };
  }

  private Release release() {
    var services = new LinkedHashMap<ComponentName, ServiceSpec>();
    var toApis = Map.of("CATALOGUE", "${catalogue.url}", "TITLE", "${pr.title}");
    var toData = Map.of("DATABASE_URL", "${db.url}");
    services.put(new ComponentName("web"), service("web", true, toApis, webNeeds));
    services.put(
        new ComponentName("catalogue"), service("catalogue", false, toData, catalogueNeeds));
    services.put(new ComponentName("orders"), service("orders", false, toData, List.of()));
    var db = new ComponentName("db");
    var spec =
        new AppSpec(
            new AppName("shop"),
            services,
            Map.of(db, new DataSpec(Optional.of(new SeedSpec("db/seed.sql", Optional.empty())))),
            tests,
            StartSpec.DEFAULT,
            new SleepSpec(idle),
            new ExpireSpec(Optional.of(Duration.ofDays(3))));
    return new Release(
        MIRROR,
        "c0ffee",
        Digest.of("spec"),
        spec,
        trees.entrySet().stream()
            .map(tree -> new SourceTree(MIRROR, tree.getKey(), tree.getValue()))
            .collect(Collectors.toSet()),
        Map.of(db, new SourceTree(MIRROR, "db/seed.sql", "seed hash")),
        Map.of("title", "A title"));
  }

  private static ServiceSpec service(
      String path, boolean isPublic, Map<String, String> env, List<ComponentName> needs) {
    var build = Optional.of("make " + path);
    return new ServiceSpec(path, build, "./" + path, isPublic, Optional.of("/healthz"), env, needs);
  }

  Situation situation() {
    var wanted =
        new Wanted(
            power,
            released ? Optional.of(release()) : Optional.empty(),
            fault,
            NOON,
            wokenAt,
            expiresAt,
            removal,
            restarts,
            round);
    var traces = !databases.isEmpty() || !instances.isEmpty();
    var running = new Running.Processes(instances, closed);
    var observed = new Observed(artifacts, databases, running, results, List.of(), traces);
    return new Situation(
        wanted,
        observed,
        attempts,
        new Placement.On(HERE.name(), HERE.engine(), NOON),
        List.of(HERE),
        0,
        lastUsed,
        attendedSince,
        Limits.DEFAULT,
        now);
  }
}
