package run.ephemeral.engine.process;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import run.ephemeral.core.Digest;
import run.ephemeral.core.artifact.Artifacts;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.release.Artifact;
import run.ephemeral.core.release.ArtifactOrder;
import run.ephemeral.core.step.Fence;
import run.ephemeral.core.step.Outcome;
import run.ephemeral.core.step.Step;
import run.ephemeral.engine.process.build.Builds;

/// Artifacts as folders on this machine. No registry is queried.
final class BuiltFolders implements Artifacts {
  private final Builds builds;
  private final Performer performer;

  BuiltFolders(Builds builds, Performer performer) {
    this.builds = builds;
    this.performer = performer;
  }

  @Override
  public Map<Digest, Artifact> known(Set<ArtifactOrder> orders) {
    return orders.stream()
        .filter(ArtifactOrder.Built.class::isInstance)
        .map(ArtifactOrder::key)
        .filter(builds::has)
        .collect(Collectors.toMap(key -> key, key -> new Artifact.Folder(), (one, same) -> one));
  }

  @Override
  public Outcome perform(EnvironmentKey environment, Step.OfArtifact step, Fence fence)
      throws InterruptedException {
    return performer.perform(
        environment,
        step,
        fence,
        () ->
            switch (step) {
              case Step.Build build -> builds.build(build.order());
              case Step.Resolve _ -> throw new IllegalStateException("there are no images here");
            });
  }
}
