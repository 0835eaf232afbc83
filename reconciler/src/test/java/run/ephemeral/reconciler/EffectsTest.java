package run.ephemeral.reconciler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import run.ephemeral.core.Digest;
import run.ephemeral.core.Fault;
import run.ephemeral.core.artifact.Artifacts;
import run.ephemeral.core.data.DataServer;
import run.ephemeral.core.data.Database;
import run.ephemeral.core.engine.Engine;
import run.ephemeral.core.engine.Engines;
import run.ephemeral.core.engine.Inspection;
import run.ephemeral.core.environment.Attempts;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.environment.Observed;
import run.ephemeral.core.environment.Origin;
import run.ephemeral.core.environment.Placement;
import run.ephemeral.core.environment.Power;
import run.ephemeral.core.environment.Wanted;
import run.ephemeral.core.name.ClusterName;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.release.Artifact;
import run.ephemeral.core.release.ArtifactOrder;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.spec.EngineKind;
import run.ephemeral.core.step.Fence;
import run.ephemeral.core.step.Outcome;
import run.ephemeral.core.step.Step;

/// Which port gets which call. The ports answer as configured.
class EffectsTest {
  private static final EnvironmentKey ONE =
      new EnvironmentKey(new EnvironmentId(1), new EnvironmentName("pr-shop-1"));
  private static final ComponentName DB = new ComponentName("db");
  private static final Outcome DONE = new Outcome.Done("done");
  private static final Step ERASE = new Step.Erase("nobody wants it");

  private final List<String> asked = new ArrayList<>();

  private Outcome asked(String port, Step step, Fence fence, Outcome answer) {
    asked.add(port + " " + step.key() + " " + fence.lease());
    return answer;
  }

  private final class Somewhere implements Engine {
    private final Outcome answer;

    Somewhere(Outcome answer) {
      this.answer = answer;
    }

    @Override
    public EngineKind kind() {
      return EngineKind.PROCESS;
    }

    @Override
    public Inspection inspection() {
      throw new UnsupportedOperationException("nobody looks");
    }

    @Override
    public Engine.Held observe(EnvironmentKey environment) {
      return Engine.Held.NOTHING;
    }

    @Override
    public Outcome perform(EnvironmentKey environment, Step.AtEngine step, Fence fence) {
      return asked("engine", step, fence, answer);
    }

    @Override
    public void onChange(Consumer<EnvironmentId> listener) {}
  }

  private final class Server implements DataServer {
    private final Outcome answer;

    Server(Outcome answer) {
      this.answer = answer;
    }

    @Override
    public DataServer.Held observe(EnvironmentKey environment) {
      return DataServer.Held.NOTHING;
    }

    @Override
    public Outcome perform(EnvironmentKey environment, Step.OfData step, Fence fence) {
      return asked("data", step, fence, answer);
    }

    @Override
    public Map<ComponentName, Database> of(EnvironmentKey environment) {
      return Map.of();
    }
  }

  private final class Store implements Artifacts {
    @Override
    public Map<Digest, Artifact> known(Set<ArtifactOrder> orders) {
      return Map.of();
    }

    @Override
    public Outcome perform(EnvironmentKey environment, Step.OfArtifact step, Fence fence) {
      return asked("artifacts", step, fence, DONE);
    }
  }

  private static Environment on(Placement placement) {
    return new Environment(
        ONE.id(),
        ONE.name(),
        Shop.APP,
        new Origin.Unknown(),
        placement,
        1,
        Wanted.nothingYet(Power.ON, Instant.EPOCH),
        Observed.NOTHING,
        Attempts.NONE,
        Instant.EPOCH,
        Instant.EPOCH,
        Optional.empty(),
        Optional.empty(),
        false);
  }

  private Outcome perform(Placement placement, Step step, Outcome ofEngine, Outcome ofData)
      throws InterruptedException {
    var engines = Engines.local(new Somewhere(ofEngine));
    var effects = new Effects(new Store(), new Server(ofData), engines);
    return effects.perform(on(placement), step, new Fence(7, 1));
  }

  private Outcome perform(Step step, Outcome ofEngine, Outcome ofData) throws InterruptedException {
    return perform(at(ClusterName.LOCAL), step, ofEngine, ofData);
  }

  private static Placement at(ClusterName cluster) {
    return new Placement.On(cluster, EngineKind.PROCESS, Instant.EPOCH);
  }

  @Test
  void aClusterThatIsNotConfiguredIsNamed() {
    var lost = at(new ClusterName("east"));
    assertThatThrownBy(() -> perform(lost, new Step.Open(DB, "test"), DONE, DONE))
        .hasMessageContaining("its cluster `east` is not configured here");
    assertThat(asked).isEmpty();
  }

  @Test
  void whatRunsNowhereHasOnlyDataToErase() throws InterruptedException {
    assertThat(perform(Placement.Nowhere.YET, ERASE, DONE, DONE)).isEqualTo(DONE);
    assertThat(asked).containsExactly("data erase 7");
  }

  @Test
  void eachFamilyGoesToItsPort() throws InterruptedException {
    assertThat(perform(new Step.Drop(DB, "test"), DONE, DONE)).isEqualTo(DONE);
    assertThat(perform(new Step.Open(DB, "test"), DONE, DONE)).isEqualTo(DONE);
    var order = new ArtifactOrder.Pulled("acme/web", List.of("PR-1"));
    assertThat(perform(new Step.Resolve(DB, order, "test"), DONE, DONE)).isEqualTo(DONE);
    var found = "artifacts resolve db " + order.key().brief() + " 7";
    assertThat(asked).containsExactly("data drop db 7", "engine open db 7", found);
  }

  @Test
  void whatRunsIsErasedBeforeTheDataThatItUses() throws InterruptedException {
    assertThat(perform(ERASE, DONE, DONE)).isEqualTo(DONE);
    assertThat(asked).containsExactly("engine erase 7", "data erase 7");
  }

  @Test
  void dataStaysWhereWhatRunsCouldNotBeErased() throws InterruptedException {
    var failed = new Outcome.Failed(Fault.user("it does not end"));
    for (var outcome : List.of(failed, new Outcome.Stale())) {
      assertThat(perform(ERASE, outcome, DONE)).isEqualTo(outcome);
    }
    assertThat(asked).containsOnly("engine erase 7");
  }

  @Test
  void dataThatCouldNotBeErasedIsToldOf() throws InterruptedException {
    var failed = new Outcome.Failed(Fault.user("PostgreSQL is away"));
    assertThat(perform(ERASE, DONE, failed)).isEqualTo(failed);
  }
}
