package run.ephemeral.core.step;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import run.ephemeral.core.Digest;
import run.ephemeral.core.release.Artifact;
import run.ephemeral.core.release.ArtifactOrder;
import run.ephemeral.core.release.Component;
import run.ephemeral.core.release.Probe;
import run.ephemeral.core.spec.ComponentName;

/// One external effect that is still to be achieved, and why. Its family determines which port
/// performs it.
public sealed interface Step {
  /// A step that builds or finds an artifact.
  sealed interface OfArtifact extends Step {
    ArtifactOrder order();
  }

  /// A step of an engine.
  sealed interface AtEngine extends Step {}

  /// A step of an engine whose services are processes.
  sealed interface OfProcess extends AtEngine {}

  /// A step of an engine whose services are workloads of a cluster.
  sealed interface OfWorkload extends AtEngine {}

  /// A step of a data server.
  sealed interface OfData extends Step {}

  /// The reason, for people.
  String reason();

  /// Identifies the effect.
  default StepKey key() {
    return StepKey.of(this);
  }

  /// The component concerned; empty when the step concerns the whole environment.
  default Optional<ComponentName> component() {
    return switch (this) {
      case Build(var name, _, _) -> Optional.of(name);
      case Resolve(var name, _, _) -> Optional.of(name);
      case Copy(var database, _) -> Optional.of(database.name());
      case Start start -> Optional.of(start.program().name());
      case Await await -> Optional.of(await.service());
      case Route route -> Optional.of(route.service());
      case Open open -> Optional.of(open.service());
      case Stop stop -> Optional.of(stop.service());
      case Apply apply -> Optional.of(apply.deployable().name());
      case AwaitReady await -> Optional.of(await.name());
      case Scale scale -> Optional.of(scale.name());
      case Prune prune -> Optional.of(prune.name());
      case Test(var test, _, _) -> Optional.of(test.name());
      case Drop drop -> Optional.of(drop.database());
      case Report _, Erase _ -> Optional.empty();
    };
  }

  /// Builds a component's artifact, unless it exists already.
  record Build(ComponentName name, ArtifactOrder.Built order, String reason)
      implements OfArtifact {}

  /// Finds a component's image in its registry; [Outcome.NotYet] while none of its tags exists.
  record Resolve(ComponentName name, ArtifactOrder.Pulled order, String reason)
      implements OfArtifact {}

  /// Copies a golden database, which is created first if it does not exist.
  record Copy(Component.Database database, String reason) implements OfData {}

  /// Starts a service's process; does not wait for it to be healthy.
  ///
  /// @param failures how many starts in a row ended early before this one
  record Start(
      InstanceId instance, Component.Program program, int attempt, int failures, String reason)
      implements OfProcess {}

  /// Waits until a process is healthy or has ended. A process that exceeds the probe's time limit
  /// is stopped.
  record Await(ComponentName service, InstanceId instance, Probe probe, String reason)
      implements OfProcess {}

  /// Routes new requests to a process.
  record Route(ComponentName service, InstanceId instance, String reason) implements OfProcess {}

  /// Opens the stable address of a service again, so that other services reach it.
  record Open(ComponentName service, String reason) implements OfProcess {}

  /// Ends a process: drains its requests, asks it to terminate, then kills it.
  record Stop(ComponentName service, InstanceId instance, String reason) implements OfProcess {}

  /// Creates, updates or wakes a component's workload; does not wait until it is ready.
  ///
  /// @param digest of the workload with these images
  /// @param images by the key of their order
  record Apply(
      Component.Deployable deployable,
      Digest digest,
      Map<Digest, Artifact.Image> images,
      String reason)
      implements OfWorkload {
    public Apply {
      images = Map.copyOf(images);
    }
  }

  /// Waits until a workload is ready, at most as long as the probe allows. Leaves the workload
  /// running in either case.
  ///
  /// @param digest of the applied workload
  record AwaitReady(ComponentName name, Digest digest, Probe probe, String reason)
      implements OfWorkload {}

  /// Scales a workload to zero pods, or back to its configured number of pods.
  record Scale(ComponentName name, boolean up, String reason) implements OfWorkload {}

  /// Removes a component's workload.
  record Prune(ComponentName name, String reason) implements OfWorkload {}

  /// Runs a test and keeps its result.
  ///
  /// @param result the key of the result, see [Component.Test#key]
  record Test(Component.Test test, Digest result, String reason) implements AtEngine {}

  /// Removes a database and its role.
  record Drop(ComponentName database, String reason) implements OfData {}

  /// Removes all that is left: the engine's folders, addresses and routes; the data server's
  /// databases and roles.
  record Erase(String reason) implements AtEngine, OfData {}

  /// Tells a pull request about its environment. The key does not depend on the text: a text that
  /// is outdated is published to the end, and then the newer one.
  ///
  /// @param last whether nothing is left of the environment but its row
  record Report(run.ephemeral.core.report.Report report, boolean last, String reason)
      implements Step {}

  /// A step and its predecessors.
  record Planned(Step step, Set<StepKey> after) {
    public Planned {
      after = Set.copyOf(after);
    }
  }
}
