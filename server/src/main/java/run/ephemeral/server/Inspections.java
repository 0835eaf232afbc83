package run.ephemeral.server;

import java.util.List;
import java.util.Optional;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.engine.Engine;
import run.ephemeral.core.engine.Engines;
import run.ephemeral.core.engine.Execution;
import run.ephemeral.core.engine.Inspection;
import run.ephemeral.core.engine.LogReader;
import run.ephemeral.core.engine.Session;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.environment.Environments;
import run.ephemeral.core.environment.Placement;
import run.ephemeral.core.name.ClusterName;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.release.LogKind;
import run.ephemeral.core.release.Release;
import run.ephemeral.core.report.Report;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.reconciler.report.LogTail;

/// Sends each inspection of an environment to the engine of the cluster that it is placed on.
public final class Inspections implements LogTail.LastLines {
  private final Engines engines;
  private final Environments environments;

  Inspections(Engines engines, Environments environments) {
    this.engines = engines;
    this.environments = environments;
  }

  /// Before the environment is placed the log is empty; it is read once the environment is placed.
  public LogReader log(
      Environment environment, Release release, ComponentName component, LogKind source, int last) {
    return new FollowedLog(new Opening(environment, release, component, source), last);
  }

  @Override
  public List<String> of(EnvironmentId id, Report.Log log, int most) {
    var environment = environments.find(id);
    var release = environment.flatMap(known -> known.wanted().release());
    if (release.isEmpty()) {
      return List.of();
    }
    try (var reader = log(environment.get(), release.get(), log.component(), log.kind(), most)) {
      var lines = reader.rest();
      return lines.subList(Math.max(0, lines.size() - most), lines.size());
    }
  }

  /// @throws FaultException as [Inspection#exec], and when the environment is not placed
  public Execution exec(
      Environment environment, Release release, ComponentName service, List<String> command) {
    return placed(environment).exec(environment.key(), release, service, command);
  }

  /// @throws FaultException as [Inspection#session], and when the environment is not placed
  public Session session(
      Environment environment,
      ComponentName service,
      List<String> command,
      Optional<Session.Size> terminal) {
    return placed(environment).session(environment.key(), service, command, terminal);
  }

  private Inspection placed(Environment environment) {
    return of(environment)
        .orElseThrow(
            () ->
                new FaultException(
                    Fault.user(
                        "`%s` is on no cluster that can be asked; `ephemeral show %s` says why"
                            .formatted(environment.name(), environment.name()))));
  }

  public Optional<String> address(Environment environment, ComponentName service) {
    return of(environment).flatMap(known -> known.address(environment.key(), service));
  }

  private Optional<Inspection> of(Environment environment) {
    return cluster(environment).flatMap(engines::at).map(Engine::inspection);
  }

  private static Optional<ClusterName> cluster(Environment environment) {
    return environment.placement() instanceof Placement.On(var cluster, _, _)
        ? Optional.of(cluster)
        : Optional.empty();
  }

  private final class Opening implements FollowedLog.Opening {
    private final Environment environment;
    private final Release release;
    private final ComponentName component;
    private final LogKind source;
    private Optional<ClusterName> cluster = Optional.empty();
    private Optional<Engine> engine = Optional.empty();

    Opening(Environment environment, Release release, ComponentName component, LogKind source) {
      this.environment = environment;
      this.release = release;
      this.component = component;
      this.source = source;
    }

    @Override
    public Optional<LogReader> open(int last) {
      cluster = environments.find(environment.id()).flatMap(Inspections::cluster);
      engine = cluster.flatMap(engines::at);
      return engine.map(
          known -> known.inspection().log(environment.key(), release, component, source, last));
    }

    @Override
    public boolean isCurrent() {
      return cluster.flatMap(engines::at).equals(engine);
    }
  }
}
