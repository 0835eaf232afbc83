package run.ephemeral.engine.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.artifact.Artifacts;
import run.ephemeral.core.artifact.PullSecrets;
import run.ephemeral.core.audit.Inventory;
import run.ephemeral.core.cluster.ClusterSettings;
import run.ephemeral.core.engine.Engine;
import run.ephemeral.core.engine.Inspection;
import run.ephemeral.core.engine.Running;
import run.ephemeral.core.gateway.Domain;
import run.ephemeral.core.gateway.Switchboard;
import run.ephemeral.core.name.ClusterName;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.spec.EngineKind;
import run.ephemeral.core.step.Fence;
import run.ephemeral.core.step.Leases;
import run.ephemeral.core.step.Outcome;
import run.ephemeral.core.step.Step;
import run.ephemeral.engine.kubernetes.client.ApiException;
import run.ephemeral.engine.kubernetes.client.ApiServer;
import run.ephemeral.engine.kubernetes.object.Baseline;
import run.ephemeral.engine.kubernetes.object.Container;
import run.ephemeral.engine.kubernetes.object.Labels;

/// Environments as namespaces of one cluster.
///
/// It applies objects and scales them; the cluster keeps pods running. Every observation asks the
/// API server, and leads the gateway to the services that are ready then. Writes carry the resource
/// version that they were judged on, so that a control plane that was paused loses against the one
/// that took over.
public final class KubernetesEngine implements Engine, AutoCloseable {
  private static final Duration SOON = Duration.ofMillis(300);

  /// Of a change that a step waits for: most often the step ends by it.
  private static final Duration LATER = Duration.ofSeconds(5);

  private static final Duration SLEEP = Duration.ofSeconds(60);

  private final ClusterName name;
  private final ApiServer api;
  private final Judged judged;
  private final Labels labels;
  private final Namespaces namespaces;
  private final Fences fences;
  private final Observation observation;
  private final Rollouts rollouts;
  private final Container containers;
  private final SignIns signIns;
  private final TestPods tests;
  private final Variables variables;
  private final Routes routes;
  private final Preparation preparation;
  private final Applies applies;
  private final Changes changes = new Changes();
  private final Unseen unseen = new Unseen(SOON);
  private final Unseen awaited = new Unseen(LATER);
  private final AtomicReference<@Nullable PodWatch> watch = new AtomicReference<>();

  /// What all clusters of an installation share.
  ///
  /// @param installation is on every object that is made
  /// @param domain under which visitors reach environments
  /// @param images the images of tests
  /// @param secrets the sign-ins of registries
  /// @param current whether a lease is the newest one, as the table says
  public record Common(
      String installation,
      Supplier<Domain> domain,
      Artifacts images,
      PullSecrets secrets,
      Switchboard switchboard,
      Leases leases,
      BiPredicate<EnvironmentId, Fence> current) {}

  public KubernetesEngine(
      ClusterName name, ApiServer api, ClusterSettings settings, Common common) {
    this.name = name;
    this.api = api;
    this.judged = new Judged(api);
    this.labels = new Labels(common.installation());
    this.namespaces = new Namespaces(api, labels, new Baseline(labels, settings));
    this.fences = new Fences(common.leases(), common.current(), namespaces);
    this.preparation = new Preparation(namespaces);
    this.observation = new Observation(api, labels);
    this.containers = new Container(labels, settings);
    this.signIns = new SignIns(api, containers, common.secrets());
    this.variables = new Variables(common.domain());
    this.tests = new TestPods(api, labels, containers, signIns, common.images());
    this.applies = new Applies(api, judged, preparation, fences, containers, signIns, variables);
    this.routes = new Routes(common.switchboard(), new Lines(api, settings.reach()));
    this.rollouts =
        new Rollouts(
            api,
            new Looks(observation::of),
            routes,
            signIns,
            new Silence(api, labels),
            changes,
            () -> Optional.ofNullable(watch.get()).filter(PodWatch::isFollowing));
  }

  @Override
  public EngineKind kind() {
    return EngineKind.KUBERNETES;
  }

  @Override
  public Held observe(EnvironmentKey environment) {
    unseen.looks(environment.id());
    awaited.looks(environment.id());
    try {
      var namespace = namespaces.find(environment);
      if (namespace.filter(found -> !Namespaces.isTerminating(found)).isEmpty()) {
        routes.lead(environment, Map.of());
        return new Held(new Running.Workloads(Map.of()), List.of(), namespace.isPresent());
      }
      var found = observation.of(environment);
      routes.lead(environment, found.ready());
      var running = new Running.Workloads(found.workloads());
      return new Held(running, TestPods.results(namespace.get()), true);
    } catch (ApiException e) {
      throw ClusterFault.thrown(e);
    }
  }

  @Override
  public Outcome perform(EnvironmentKey environment, Step.AtEngine step, Fence fence)
      throws InterruptedException {
    try {
      // One that applies is judged when its turn has come.
      if (!(step instanceof Step.Apply) && fences.isStale(environment, fence)) {
        return new Outcome.Stale();
      }
      return switch (step) {
        case Step.Apply apply -> applies.inTurn(environment, apply, fence);
        case Step.AwaitReady await -> rollouts.await(environment, await);
        case Step.Scale scale -> scale(environment, scale);
        case Step.Prune prune -> prune(environment, prune.name());
        case Step.Test test -> test(environment, test, fence);
        case Step.Erase _ -> erase(environment);
        case Step.OfProcess _ -> throw new IllegalStateException("a cluster runs no processes");
      };
    } catch (FaultException e) {
      return failed(e.fault());
    } catch (ApiException e) {
      return failed(ClusterFault.of(e));
    } catch (RuntimeException e) {
      // Such as a question to the database that was interrupted.
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      throw e;
    }
  }

  private Outcome test(EnvironmentKey environment, Step.Test step, Fence fence)
      throws InterruptedException {
    var made = preparation.make(environment);
    if (fences.isStale(environment, fence, made)) {
      return new Outcome.Stale();
    }
    preparation.furnish(environment, made);
    if (fences.isStale(environment, fence)) {
      return new Outcome.Stale();
    }
    return tests.run(environment, step, variables);
  }

  /// A request that was interrupted fails, too.
  private static Outcome failed(Fault fault) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    return new Outcome.Failed(fault);
  }

  private Outcome scale(EnvironmentKey environment, Step.Scale step) throws InterruptedException {
    var path = new Paths(environment).deployment(step.name());
    var found = namespaces.find(environment).flatMap(_ -> api.get(path));
    if (found.isEmpty()) {
      return new Outcome.Done("it is not there");
    }
    if (step.up()) {
      signIns.write(environment, step.name(), found.get());
    } else {
      routes.cut(environment, step.name());
    }
    var now = found.get().path("spec").path("replicas").asInt();
    var wanted = !step.up() ? 0 : now > 0 ? now : awake(found.get());
    if (now != wanted) {
      var patch = JsonNodeFactory.instance.objectNode();
      patch.withObject("spec").put("replicas", wanted);
      if (!step.up()) {
        // What a person scaled comes back.
        var annotations = patch.withObject("metadata").withObject("annotations");
        annotations.put(Labels.AWAKE, Integer.toString(now));
      }
      judged.write(path, found, patch, api::merge);
    }
    if (!step.up()) {
      try (var bell = changes.of(environment.id(), step.name())) {
        Waiting.until(
            SLEEP,
            () ->
                rollouts.find(environment, step.name()).map(it -> it.ready() + it.older()).orElse(0)
                    == 0,
            (millis, left) -> bell.await(rollouts.pause(millis, left)));
      }
    }
    return new Outcome.Done(step.up() ? "wakes" : "asleep");
  }

  /// The number of pods before sleep; one when somebody removed the annotation, or set it to zero:
  /// visitors would wait for nothing.
  private static int awake(JsonNode deployment) {
    var text = Namespaces.annotation(deployment, Labels.AWAKE);
    return text.matches("[1-9][0-9]{0,3}") ? Integer.parseInt(text) : 1;
  }

  private Outcome prune(EnvironmentKey environment, ComponentName name) {
    routes.cut(environment, name);
    if (namespaces.find(environment).isPresent()) {
      var paths = new Paths(environment);
      var secret = paths.core("secrets") + "/" + Container.pullSecret(name.value());
      for (var path : List.of(paths.deployment(name), paths.service(name), secret)) {
        api.get(path).ifPresent(found -> api.delete(path, Namespaces.uid(found)));
      }
    }
    return new Outcome.Done("removed");
  }

  private Outcome erase(EnvironmentKey environment) throws InterruptedException {
    routes.lead(environment, Map.of());
    return namespaces
        .remove(environment)
        .<Outcome>map(
            why ->
                new Outcome.Failed(
                    new Fault(Fault.Kind.EXTERNAL, "its namespace is not gone yet: " + why, "")))
        .orElseGet(() -> new Outcome.Done("its namespace is gone"));
  }

  @Override
  public boolean isBusy() {
    return applies.isBusy();
  }

  @Override
  public Inspection inspection() {
    return new ClusterInspection(api, labels, namespaces);
  }

  /// The objects with this installation's label, for the audit.
  public Inventory inventory() {
    return new ClusterInventory(name, api, labels);
  }

  /// Begins to watch pods.
  @Override
  public void onChange(Consumer<EnvironmentId> listener) {
    var begun =
        new PodWatch(
            api,
            labels,
            changed -> {
              var told = changes.changed(changed) ? awaited : unseen;
              told.changed(changed.environment(), listener);
            });
    var before = watch.getAndSet(begun);
    if (before != null) {
      before.close();
    }
    begun.start();
  }

  @Override
  public void close() {
    var last = watch.getAndSet(null);
    if (last != null) {
      last.close();
    }
    routes.close();
    api.close();
  }
}
