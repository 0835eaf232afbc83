package run.ephemeral.reconciler;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.artifact.Artifacts;
import run.ephemeral.core.data.DataServer;
import run.ephemeral.core.engine.Engine;
import run.ephemeral.core.engine.Engines;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.environment.Observed;
import run.ephemeral.core.environment.Placement;
import run.ephemeral.core.environment.Reports;
import run.ephemeral.core.release.Components;
import run.ephemeral.core.report.Published;
import run.ephemeral.core.step.Fence;
import run.ephemeral.core.step.Outcome;
import run.ephemeral.core.step.Step;

/// Sends each step to the port that performs it. The only place that knows which one that is.
public record Effects(Artifacts artifacts, DataServer data, Engines engines, Reports reports) {
  private static final Duration LATEST = Duration.ofSeconds(15);
  private static final Duration MOMENT = Duration.ofMillis(50);

  /// Where nothing is reported.
  public Effects(Artifacts artifacts, DataServer data, Engines engines) {
    this(artifacts, data, engines, Reports.NONE);
  }

  /// Observes an environment through all ports that hold parts of it.
  Observed observe(Environment environment) {
    var key = environment.key();
    var told = told(environment);
    return switch (environment.placement()) {
      case Placement.Nowhere _ ->
          Observed.of(Map.of(), Engine.Held.NOTHING, data.observe(key), told);
      case Placement.On on -> {
        var running = engine(on).observe(key);
        var orders =
            environment
                .wanted()
                .release()
                .map(release -> Components.fitting(release, on.engine()))
                .orElse(Components.NONE)
                .artifacts();
        yield Observed.of(artifacts.known(orders), running, data.observe(key), told);
      }
    };
  }

  /// What its pull request was told, which is known also while nothing else can be observed.
  List<Published> told(Environment environment) {
    var isTold = environment.origin().told().isPresent();
    return isTold ? reports.published(environment.key()) : List.of();
  }

  /// Lets a busy engine do other steps before it is observed.
  ///
  /// @param mayWait asked again and again: whether there is nothing new to see
  void giveWay(Optional<Environment> environment, BooleanSupplier mayWait)
      throws InterruptedException {
    if (environment.map(Environment::placement).orElse(null) instanceof Placement.On on) {
      var engine = engines.at(on.cluster());
      var end = System.nanoTime() + LATEST.toNanos();
      while (mayWait.getAsBoolean()
          && engine.map(Engine::isBusy).orElse(false)
          && System.nanoTime() - end < 0) {
        Thread.sleep(MOMENT);
      }
    }
  }

  Outcome perform(Environment environment, Step step, Fence fence) throws InterruptedException {
    return switch (step) {
      case Step.Erase erase -> erase(environment, erase, fence);
      case Step.Report report -> reports.perform(environment.key(), report, fence);
      case Step.OfArtifact ofArtifact -> artifacts.perform(environment.key(), ofArtifact, fence);
      case Step.OfData ofData -> data.perform(environment.key(), ofData, fence);
      case Step.AtEngine atEngine ->
          switch (environment.placement()) {
            case Placement.On on -> engine(on).perform(environment.key(), atEngine, fence);
            case Placement.Nowhere _ ->
                throw new IllegalStateException("what runs nowhere has no step at an engine");
          };
    };
  }

  /// The engine's part is removed before the data that its processes use.
  private Outcome erase(Environment environment, Step.Erase step, Fence fence)
      throws InterruptedException {
    var outcome =
        environment.placement() instanceof Placement.On on
            ? engine(on).perform(environment.key(), step, fence)
            : new Outcome.Done("it ran nowhere");
    return outcome instanceof Outcome.Done ? data.perform(environment.key(), step, fence) : outcome;
  }

  /// A cluster that was reconfigured with another kind of engine is not the cluster of the
  /// placement.
  private Engine engine(Placement.On placement) {
    return engines
        .at(placement.cluster())
        .filter(engine -> engine.kind() == placement.engine())
        .orElseThrow(
            () ->
                new FaultException(
                    new Fault(
                        Fault.Kind.EXTERNAL,
                        "its cluster `%s` is not configured here".formatted(placement.cluster()),
                        "")));
  }
}
