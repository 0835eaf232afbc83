package run.ephemeral.engine.kubernetes;

import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.engine.Workload;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.step.Outcome;
import run.ephemeral.core.step.Step;
import run.ephemeral.engine.kubernetes.client.ApiException;
import run.ephemeral.engine.kubernetes.client.ApiServer;

/// Waits until the pods of a version are ready and those of older ones are gone.
///
/// @param changes rung by the watch of pods
/// @param watch one that is under way
record Rollouts(
    ApiServer api,
    Looks looks,
    Routes routes,
    SignIns signIns,
    Silence silence,
    Changes changes,
    Supplier<Optional<PodWatch>> watch) {
  private static final long WATCHED_MILLIS = 10_000;
  private static final Logger LOG = LoggerFactory.getLogger(Rollouts.class);

  Outcome await(EnvironmentKey environment, Step.AwaitReady step) throws InterruptedException {
    var began = System.nanoTime();
    var last = new Workload[1];
    var hasSignedIn = new boolean[1];
    boolean hasEnded;
    try (var bell = changes.of(environment.id(), step.name())) {
      var isFirst = new boolean[] {true};
      hasEnded =
          Waiting.until(
              step.probe().within(),
              () -> {
                // Most often it was applied just now, and the watch knows that nothing is ready.
                var isEarly = isFirst[0] && knowsNoneReady(environment, step);
                isFirst[0] = false;
                if (isEarly) {
                  return false;
                }
                var now = current(environment, step);
                last[0] = now.orElse(null);
                if (!hasSignedIn[0] && now.flatMap(Workload::trouble).isPresent()) {
                  hasSignedIn[0] = signInAnew(environment, step.name());
                }
                return now.map(Rollouts::isDone).orElse(true);
              },
              (millis, left) -> bell.await(pause(millis, left)));
    }
    var known = hasEnded ? Optional.ofNullable(last[0]) : current(environment, step);
    if (known.isEmpty()) {
      return new Outcome.Failed(new Fault(Fault.Kind.EXTERNAL, "is not there any more", ""));
    }
    if (!isDone(known.get())) {
      var why = known.get().trouble().orElseGet(() -> silence.of(environment, step));
      return new Outcome.Failed(
          Fault.user("%s (waited %d s)".formatted(why, step.probe().within().toSeconds())));
    }
    return new Outcome.Done("ready after %.1f s".formatted((System.nanoTime() - began) / 1e9));
  }

  private boolean knowsNoneReady(EnvironmentKey environment, Step.AwaitReady step) {
    return watch
        .get()
        .filter(known -> !known.hasReady(environment.id(), step.name(), step.digest()))
        .isPresent();
  }

  /// A pod that was made anew long after its version was applied may wait for a sign-in that has
  /// expired since.
  ///
  /// @return whether the sign-in is there
  private boolean signInAnew(EnvironmentKey environment, ComponentName name) {
    try {
      api.get(new Paths(environment).deployment(name))
          .ifPresent(known -> signIns.write(environment, name, known));
      return true;
    } catch (FaultException | ApiException e) {
      LOG.warn("no sign-in for {} of {}: {}", name, environment.name(), e.toString());
      return false;
    }
  }

  private static boolean isDone(Workload workload) {
    return workload.isReady() && workload.older() == 0;
  }

  /// Empty when another version was applied meanwhile, or it was removed or put to sleep.
  private Optional<Workload> current(EnvironmentKey environment, Step.AwaitReady step)
      throws InterruptedException {
    return find(environment, step.name())
        .filter(known -> known.applied().equals(step.digest()) && !known.asleep());
  }

  /// Leads visitors to what is ready now, too.
  Optional<Workload> find(EnvironmentKey environment, ComponentName name)
      throws InterruptedException {
    var found = looks.of(environment);
    routes.lead(environment, found.ready());
    return Optional.ofNullable(found.workloads().get(name));
  }

  /// With a watch there is little to ask for before it tells of a change.
  long pause(long millis, long left) {
    return Math.min(left, watch.get().isPresent() ? WATCHED_MILLIS : millis);
  }
}
