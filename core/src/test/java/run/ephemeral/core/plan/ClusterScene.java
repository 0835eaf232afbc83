package run.ephemeral.core.plan;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import run.ephemeral.core.Digest;
import run.ephemeral.core.Fault;
import run.ephemeral.core.engine.Cluster;
import run.ephemeral.core.engine.Running;
import run.ephemeral.core.engine.TestResult;
import run.ephemeral.core.engine.Workload;
import run.ephemeral.core.environment.Attempts;
import run.ephemeral.core.environment.Observed;
import run.ephemeral.core.environment.Placement;
import run.ephemeral.core.environment.Power;
import run.ephemeral.core.environment.Wanted;
import run.ephemeral.core.name.ClusterName;
import run.ephemeral.core.policy.Limits;
import run.ephemeral.core.release.Artifact;
import run.ephemeral.core.release.Component;
import run.ephemeral.core.release.Components;
import run.ephemeral.core.release.Mirror;
import run.ephemeral.core.release.Release;
import run.ephemeral.core.release.SourceTree;
import run.ephemeral.core.spec.AppName;
import run.ephemeral.core.spec.AppSpec;
import run.ephemeral.core.spec.ChartSpec;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.spec.DataSpec;
import run.ephemeral.core.spec.EngineKind;
import run.ephemeral.core.spec.ExpireSpec;
import run.ephemeral.core.spec.RemindSpec;
import run.ephemeral.core.spec.ServiceSpec;
import run.ephemeral.core.spec.SleepSpec;
import run.ephemeral.core.spec.StartSpec;
import run.ephemeral.core.spec.TestSpec;
import run.ephemeral.core.step.Step;

/// Builds a situation step by step: a shop of two services, a chart and a database, which can only
/// run on a cluster, at noon.
final class ClusterScene {
  static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final Mirror MIRROR = new Mirror("app-shop");
  private static final ClusterName EAST = new ClusterName("east");
  private static final ComponentName DB = new ComponentName("db");
  private static final ComponentName SEARCH = new ComponentName("search");

  private final Map<Digest, Artifact> artifacts = new HashMap<>();
  private final Map<ComponentName, Digest> databases = new HashMap<>();
  private final Map<ComponentName, Workload> workloads = new HashMap<>();
  private final List<Cluster> clusters = new ArrayList<>();
  private int ahead;
  private final List<TestResult> results = new ArrayList<>();
  private Placement placement = new Placement.On(EAST, EngineKind.KUBERNETES, NOON);
  private Attempts attempts = Attempts.NONE;
  private Power power = Power.ON;
  private Optional<String> removal = Optional.empty();
  private Optional<Duration> idle = Optional.empty();
  private Map<ComponentName, Integer> restarts = Map.of();
  private Map<String, Object> values = Map.of("replicas", "1");
  private String searchTree = "tree of search";
  private String imageOfWeb = "sha256:web";
  private Instant now = NOON;
  private boolean hasChart = true;
  private boolean hasTest;
  private boolean hasImages = true;

  ClusterScene() {
    cluster("east", 3);
  }

  ClusterScene cluster(String name, int free) {
    clusters.add(new Cluster(new ClusterName(name), EngineKind.KUBERNETES, free, false));
    return this;
  }

  ClusterScene machine() {
    clusters.add(new Cluster(ClusterName.LOCAL, EngineKind.PROCESS, 9, false));
    return this;
  }

  ClusterScene noClusters() {
    clusters.clear();
    return this;
  }

  ClusterScene ahead(int environments) {
    ahead = environments;
    return this;
  }

  ClusterScene cordoned() {
    clusters.replaceAll(one -> new Cluster(one.name(), one.engine(), one.free(), true));
    return this;
  }

  ClusterScene nowhere() {
    placement = Placement.Nowhere.YET;
    return this;
  }

  ClusterScene withoutImages() {
    hasImages = false;
    return this;
  }

  ClusterScene withoutChart() {
    hasChart = false;
    return this;
  }

  ClusterScene valuesChanged() {
    values = Map.of("replicas", "2", "hosts", List.of("a", "b"));
    return this;
  }

  ClusterScene chartChanged() {
    searchTree = "newer tree of search";
    return this;
  }

  ClusterScene test() {
    hasTest = true;
    return this;
  }

  ClusterScene tested() {
    var test = components().all(Component.Test.class).getFirst();
    var digests = components().all(Component.Deployable.class).stream().map(this::digest).toList();
    results.add(new TestResult(test.name(), test.key(digests), true, "passed in 1.0 s"));
    return this;
  }

  ClusterScene restarted(String service) {
    restarts = Map.of(new ComponentName(service), 1);
    return this;
  }

  /// CI pushed the services' images.
  ClusterScene found(String... services) {
    for (var service : services) {
      find(service)
          .artifacts()
          .forEach(
              order -> {
                var digest = service.equals("web") ? imageOfWeb : "sha256:" + service;
                artifacts.put(order.key(), new Artifact.Image("acme/" + service, "PR-7", digest));
              });
    }
    return this;
  }

  ClusterScene pushedAgain() {
    imageOfWeb = "sha256:newer web";
    return found("web");
  }

  /// The image was not found so many times.
  ClusterScene awaited(String service, int times) {
    var name = new ComponentName(service);
    var order = ((Component.Container) find(service)).image();
    for (int i = 0; i < times; i++) {
      attempts = attempts.postponed(new Step.Resolve(name, order, ""), now);
    }
    return this;
  }

  ClusterScene resolveFailed(String service, Fault why) {
    var order = ((Component.Container) find(service)).image();
    return failed(new Step.Resolve(new ComponentName(service), order, ""), why);
  }

  ClusterScene applyFailed(String component, Fault why) {
    var deployable = find(component);
    return failed(new Step.Apply(deployable, digest(deployable), Map.of(), ""), why);
  }

  ClusterScene awaitFailed(String component, Fault why) {
    var deployable = find(component);
    return failed(
        new Step.AwaitReady(deployable.name(), digest(deployable), deployable.probe(), ""), why);
  }

  ClusterScene copyFailed(Fault why) {
    return failed(new Step.Copy(Components.databases(release()).getFirst(), ""), why);
  }

  ClusterScene scaleFailed(String component, boolean up, Fault why) {
    return failed(new Step.Scale(new ComponentName(component), up, ""), why);
  }

  ClusterScene pruneFailed(String component, Fault why) {
    return failed(new Step.Prune(new ComponentName(component), ""), why);
  }

  private ClusterScene failed(Step step, Fault why) {
    attempts = attempts.failed(step, why, now);
    return this;
  }

  ClusterScene blind(Fault why) {
    attempts = attempts.lookFailed(why, now);
    return this;
  }

  ClusterScene database() {
    databases.put(DB, Components.databases(release()).getFirst().key());
    return this;
  }

  ClusterScene applied(String... components) {
    return each(components, digest -> workload(digest, 0, 0, Optional.empty()));
  }

  ClusterScene ready(String... components) {
    return each(components, digest -> workload(digest, 1, 0, Optional.empty()));
  }

  /// The previous version serves.
  ClusterScene older(String component) {
    var digest = Digest.of("the version before", component);
    workloads.put(new ComponentName(component), workload(digest, 1, 0, Optional.empty()));
    return this;
  }

  ClusterScene sleeping(String... components) {
    return each(components, digest -> new Workload(digest, true, 0, 0, 0, Optional.empty()));
  }

  ClusterScene troubled(String component, String how, int older) {
    return each(new String[] {component}, digest -> workload(digest, 0, older, Optional.of(how)));
  }

  private ClusterScene each(
      String[] components, java.util.function.Function<Digest, Workload> made) {
    for (var component : components) {
      workloads.put(new ComponentName(component), made.apply(digest(find(component))));
    }
    return this;
  }

  private static Workload workload(Digest digest, int ready, int older, Optional<String> trouble) {
    return new Workload(digest, false, 1, ready, older, trouble);
  }

  ClusterScene asleep() {
    power = Power.OFF;
    return this;
  }

  ClusterScene removed() {
    removal = Optional.of("its branch was merged or deleted");
    return this;
  }

  ClusterScene idleAfter(Duration span) {
    idle = Optional.of(span);
    return this;
  }

  ClusterScene at(Duration afterNoon) {
    now = NOON.plus(afterNoon);
    return this;
  }

  private Component.Deployable find(String name) {
    return components()
        .find(Component.Deployable.class, new ComponentName(name))
        .orElseThrow(() -> new AssertionError(name));
  }

  private Digest digest(Component.Deployable deployable) {
    var images =
        deployable.artifacts().stream()
            .map(order -> artifacts.get(order.key()))
            .map(artifact -> artifact instanceof Artifact.Image image ? image.reference() : "none")
            .toList();
    return deployable.digest(images);
  }

  private Components components() {
    return switch (Components.of(release(), EngineKind.KUBERNETES, restarts)) {
      case Components.Reading.Fits(var components) -> components;
      case Components.Reading.Misfits(var why) -> throw new AssertionError(why);
    };
  }

  private Release release() {
    var services = new LinkedHashMap<ComponentName, ServiceSpec>();
    var api = new ComponentName("api");
    services.put(new ComponentName("web"), service("web", Map.of(), List.of(api)));
    services.put(api, service("api", Map.of("DATABASE_URL", "${db.url}"), List.of()));
    var chart = new ChartSpec("search", Optional.of(values));
    var test = new TestSpec("./smoke", "web", TestSpec.When.READY, Map.of());
    var spec =
        new AppSpec(
            new AppName("shop"),
            services,
            Map.of(DB, new DataSpec(Optional.empty())),
            hasTest ? Map.of(new ComponentName("smoke"), test) : Map.of(),
            StartSpec.DEFAULT,
            new SleepSpec(idle),
            new ExpireSpec(Optional.of(Duration.ofDays(3))),
            RemindSpec.DEFAULT,
            hasChart ? Map.of(SEARCH, chart) : Map.of(),
            Optional.empty(),
            Optional.empty());
    return new Release(
        MIRROR,
        "c0ffee",
        Digest.of("spec"),
        spec,
        Set.of(
            new SourceTree(MIRROR, "web", "tree of web"),
            new SourceTree(MIRROR, "api", "tree of api"),
            new SourceTree(MIRROR, "search", searchTree)),
        Map.of(),
        Map.of("number", "7"));
  }

  private ServiceSpec service(String name, Map<String, String> env, List<ComponentName> needs) {
    return new ServiceSpec(
        name,
        Optional.empty(),
        Optional.empty(),
        hasImages ? Optional.of("acme/" + name) : Optional.empty(),
        Optional.of(8080),
        true,
        Optional.of("/healthz"),
        Optional.empty(),
        env,
        needs,
        Optional.empty(),
        Optional.empty());
  }

  Situation situation() {
    var wanted =
        new Wanted(
            power,
            Optional.of(release()),
            Optional.empty(),
            NOON,
            Optional.empty(),
            Optional.of(NOON.plus(Duration.ofDays(3))),
            removal,
            restarts,
            0);
    var traces = !databases.isEmpty() || !workloads.isEmpty();
    var observed =
        new Observed(
            artifacts, databases, new Running.Workloads(workloads), results, List.of(), traces);
    return new Situation(
        wanted,
        observed,
        attempts,
        placement,
        clusters,
        ahead,
        Optional.empty(),
        Instant.EPOCH,
        Limits.DEFAULT,
        now);
  }
}
