package run.ephemeral.engine.kubernetes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import run.ephemeral.core.Digest;
import run.ephemeral.core.Fault;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.release.Component;
import run.ephemeral.core.step.Fence;
import run.ephemeral.core.step.Outcome;
import run.ephemeral.core.step.Step;
import run.ephemeral.engine.kubernetes.client.ApiServer;
import run.ephemeral.engine.kubernetes.object.Container;
import run.ephemeral.engine.kubernetes.object.Labels;

/// Applies the objects of components, of a few environments at a time.
final class Applies {
  private static final int MOST = 4;

  /// Two of one environment have up to five requests at once, of the API server's 32. More would
  /// only wait there, until their time is over.
  private static final int MOST_STEPS = 8;

  private final ApiServer api;
  private final Judged judged;
  private final Preparation preparation;
  private final Fences fences;
  private final Container containers;
  private final SignIns signIns;
  private final Variables variables;
  private final Turns turns = new Turns(MOST);
  private final Semaphore steps = new Semaphore(MOST_STEPS, true);

  Applies(
      ApiServer api,
      Judged judged,
      Preparation preparation,
      Fences fences,
      Container containers,
      SignIns signIns,
      Variables variables) {
    this.api = api;
    this.judged = judged;
    this.preparation = preparation;
    this.fences = fences;
    this.containers = containers;
    this.signIns = signIns;
    this.variables = variables;
  }

  /// Whether some wait. An observation costs the API server as much as writes do, and later it sees
  /// more.
  boolean isBusy() {
    return turns.areAwaited();
  }

  Outcome inTurn(EnvironmentKey environment, Step.Apply step, Fence fence)
      throws InterruptedException {
    turns.enter(environment.id());
    try {
      steps.acquire();
      try {
        return fences.isStale(environment, fence)
            ? new Outcome.Stale()
            : apply(environment, step, fence);
      } finally {
        steps.release();
      }
    } finally {
      turns.leave(environment.id());
    }
  }

  private Outcome apply(EnvironmentKey environment, Step.Apply step, Fence fence)
      throws InterruptedException {
    var made = preparation.make(environment);
    if (fences.isStale(environment, fence, made)) {
      return new Outcome.Stale();
    }
    return switch (step.deployable()) {
      case Component.Container container -> apply(environment, container, step, made, fence);
      case Component.Chart _ ->
          new Outcome.Failed(Fault.user("charts are not deployed by this version"));
    };
  }

  /// The Deployment comes last: one of a version says that all else of that version is there, and
  /// that the baseline is whole.
  private Outcome apply(
      EnvironmentKey environment,
      Component.Container container,
      Step.Apply step,
      Namespaces.Made made,
      Fence fence)
      throws InterruptedException {
    var paths = new Paths(environment);
    var path = paths.deployment(container.name());
    var before = made.isNew() ? Optional.<ObjectNode>empty() : api.get(path);
    var baseline = preparation.baseline(environment);
    var isFurnished =
        Namespaces.baseline(made)
            .or(() -> before.map(known -> Namespaces.annotation(known, Labels.BASELINE)))
            .filter(noted -> isOf(baseline, noted))
            .isPresent();
    var isThere =
        before
            .filter(_ -> isFurnished)
            .filter(known -> isOf(step.digest(), Namespaces.annotation(known, Labels.DIGEST)))
            .filter(known -> known.path("spec").path("replicas").asInt() > 0)
            .isPresent();
    var service = paths.service(container.name());
    AtOnce.all(
        () -> {
          if (!isThere || api.get(service).isEmpty()) {
            api.apply(service, containers.service(environment, container));
          }
        },
        () -> {
          if (!isFurnished) {
            preparation.furnish(environment, made);
          }
        });
    // The namespace was there while the lease was held: the next owner has seen it, and uses it.
    if (fences.isStale(environment, fence)) {
      return new Outcome.Stale();
    }
    if (!isThere) {
      deploy(environment, container, step, before, baseline);
    }
    return new Outcome.Done(
        made.isNew() ? "applied in a new namespace" : isThere ? "nothing differs" : "applied");
  }

  private static boolean isOf(Digest version, String annotation) {
    return version.hex().equals(annotation);
  }

  private void deploy(
      EnvironmentKey environment,
      Component.Container container,
      Step.Apply step,
      Optional<ObjectNode> before,
      Digest baseline) {
    var image = step.images().get(container.image().key());
    if (image == null) {
      throw new IllegalStateException("no image of " + container.name());
    }
    signIns.write(environment, container.name().value(), Set.of(image.image()));
    var env = variables.of(environment, container);
    var object =
        containers.deployment(environment, container, step.digest(), image.reference(), env);
    var annotations = object.withObject("metadata").withObject("annotations");
    annotations.put(Labels.BASELINE, baseline.hex());
    judged.write(new Paths(environment).deployment(container.name()), before, object, api::apply);
  }
}
