package run.ephemeral.server;

import java.time.InstantSource;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import run.ephemeral.artifact.registry.Registries;
import run.ephemeral.core.artifact.Artifacts;
import run.ephemeral.core.artifact.Pushes;
import run.ephemeral.core.engine.Cluster;
import run.ephemeral.core.name.ClusterName;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.spec.EngineKind;
import run.ephemeral.core.step.Leases;
import run.ephemeral.engine.kubernetes.KubernetesAccess;
import run.ephemeral.engine.kubernetes.KubernetesEngine;
import run.ephemeral.engine.process.ProcessEngine;
import run.ephemeral.gateway.Gateway;
import run.ephemeral.store.PostgresStore;

/// The objects for Kubernetes clusters and registries, connected by constructor calls.
final class ClusterWiring {
  private final Registries registries;
  private final Artifacts artifacts;
  private final ClusterEngines engines;
  private final ClusterAdmin admin;

  ClusterWiring(
      Settings settings,
      PostgresStore store,
      ProcessEngine local,
      Gateway gateway,
      Leases leases,
      Secrets secrets,
      InstantSource clock) {
    var home = settings.home();
    var environments = store.environments();
    var known = RegistrySettings.of(System.getenv(), System.getProperty("user.home"));
    registries =
        new Registries(
            store.images(),
            known.dockerConfig(),
            known.plain(),
            this::platforms,
            environments::wakeAll);
    artifacts = new ArtifactsByKind(local.artifacts(), registries);
    var access =
        new KubernetesAccess(
            new KubernetesEngine.Common(
                store.clusters().installation(),
                gateway::domain,
                artifacts,
                registries,
                gateway,
                leases,
                (id, fence) -> environments.isNewest(id, fence.lease())));
    engines =
        new ClusterEngines(
            local,
            store.clusters(),
            secrets,
            home.resolve("kubeconfigs"),
            access,
            environments::wakeAll);
    engines.reload();
    admin = new ClusterAdmin(store.clusters(), engines, access, secrets, environments, clock);
  }

  Artifacts artifacts() {
    return artifacts;
  }

  Pushes pushes() {
    return registries;
  }

  ClusterEngines engines() {
    return engines;
  }

  ClusterAdmin admin() {
    return admin;
  }

  /// Registries are asked for images once the engines, which need them, are there.
  private Set<String> platforms() {
    return engines.platforms();
  }

  /// Services that only a cluster can run are refused while there is none.
  Set<EngineKind> kinds() {
    return engines.clusters().stream().map(Cluster::engine).collect(Collectors.toSet());
  }

  /// @param changed told of environments that changed on a cluster
  void start(BiConsumer<ClusterName, EnvironmentId> changed) {
    engines.start(changed);
    registries.start();
  }

  void close() {
    engines.close();
    registries.close();
  }
}
