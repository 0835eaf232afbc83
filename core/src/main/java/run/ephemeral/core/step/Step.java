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

/// One external effect that is still to be had, and why. Its family says who can do it.
public sealed interface Step {
  /// What makes or finds an artifact.
  sealed interface OfArtifact extends Step {
    ArtifactOrder order();
  }

  /// What an engine does.
  sealed interface AtEngine extends Step {}

  /// What an engine does whose services are processes.
  sealed interface OfProcess extends AtEngine {}

  /// What an engine does whose services are workloads of a cluster.
  sealed interface OfWorkload extends AtEngine {}

  /// What a data server does.
  sealed interface OfData extends Step {}

  /// Why, for people to read.
  String reason();

  /// Which effect this is.
  default StepKey key() {
    return StepKey.of(this);
  }

  /// The component it is about; empty when it is about all.
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
      case Erase _ -> Optional.empty();
    };
  }

  /// Makes a component's artifact, unless somebody made it before.
  record Build(ComponentName name, ArtifactOrder.Built order, String reason)
      implements OfArtifact {}

  /// Finds a component's image in its registry; [Outcome.NotYet] while none of its tags is there.
  record Resolve(ComponentName name, ArtifactOrder.Pulled order, String reason)
      implements OfArtifact {}

  /// Copies a database from its golden one, which is made first if it is not there.
  record Copy(Component.Database database, String reason) implements OfData {}

  /// Starts a service's process; does not wait for it to be healthy.
  ///
  /// @param failures how many starts in a row ended early before this one
  record Start(
      InstanceId instance, Component.Program program, int attempt, int failures, String reason)
      implements OfProcess {}

  /// Waits until a process is healthy, has ended, or is too late, in which case it is stopped.
  record Await(ComponentName service, InstanceId instance, Probe probe, String reason)
      implements OfProcess {}

  /// Sends requests to a process from now on.
  record Route(ComponentName service, InstanceId instance, String reason) implements OfProcess {}

  /// Opens the stable address of a service again, so that other services reach it.
  record Open(ComponentName service, String reason) implements OfProcess {}

  /// Ends a process: requests under way are finished first, then it is asked, then made to.
  record Stop(ComponentName service, InstanceId instance, String reason) implements OfProcess {}

  /// Makes a component's workload what it should be, and awake; does not wait for it to be ready.
  ///
  /// @param digest of it with these images
  /// @param images by the keys of their orders
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

  /// Waits until a workload is ready, or is too late, in which case it is left as it is.
  ///
  /// @param digest of what was applied
  record AwaitReady(ComponentName name, Digest digest, Probe probe, String reason)
      implements OfWorkload {}

  /// Lets a workload sleep, or wakes it: from or to as many pods as it should have.
  record Scale(ComponentName name, boolean up, String reason) implements OfWorkload {}

  /// Removes a component's workload.
  record Prune(ComponentName name, String reason) implements OfWorkload {}

  /// Runs a test and keeps its result.
  ///
  /// @param result its key, see [Component.Test#key]
  record Test(Component.Test test, Digest result, String reason) implements AtEngine {}

  /// Removes a database and its role.
  record Drop(ComponentName database, String reason) implements OfData {}

  /// Removes whatever is left, each its own: folders, addresses and routes; databases and roles.
  record Erase(String reason) implements AtEngine, OfData {}

  /// A step together with those that must be done before it.
  record Planned(Step step, Set<StepKey> after) {
    public Planned {
      after = Set.copyOf(after);
    }
  }
}
