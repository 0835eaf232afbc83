package run.ephemeral.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import run.ephemeral.core.Digest;
import run.ephemeral.core.Fault;
import run.ephemeral.core.data.DataServer;
import run.ephemeral.core.data.Database;
import run.ephemeral.core.engine.Engine;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.step.Outcome;
import run.ephemeral.core.step.Step;

/// Who is asked for what. Both answer as they are told to.
class EffectsTest {
  private static final EnvironmentKey ONE =
      new EnvironmentKey(new EnvironmentId(1), new EnvironmentName("pr-shop-1"));
  private static final ComponentName DB = new ComponentName("db");
  private static final Outcome DONE = new Outcome.Done("done");
  private static final Step ERASE = new Step.Erase("nobody wants it");

  private final List<String> asked = new ArrayList<>();

  private final class Ports implements Engine, DataServer {
    private final String name;
    private final Outcome answer;

    Ports(String name, Outcome answer) {
      this.name = name;
      this.answer = answer;
    }

    private Outcome answer(Step step, long lease) {
      asked.add(name + " " + step.key() + " " + lease);
      return answer;
    }

    @Override
    public Outcome perform(EnvironmentKey environment, Step.AtEngine step, long lease) {
      return answer(step, lease);
    }

    @Override
    public Outcome perform(EnvironmentKey environment, Step.OfData step, long lease) {
      return answer(step, lease);
    }

    @Override
    public Engine.Held observe(EnvironmentKey environment, Set<Digest> builds) {
      return Engine.Held.NOTHING;
    }

    @Override
    public DataServer.Held observe(EnvironmentKey environment) {
      return DataServer.Held.NOTHING;
    }

    @Override
    public Map<ComponentName, Database> of(EnvironmentKey environment) {
      return Map.of();
    }

    @Override
    public void onChange(Consumer<EnvironmentId> listener) {}
  }

  private Outcome perform(Step step, Outcome ofEngine, Outcome ofData) throws InterruptedException {
    var effects = new Effects(new Ports("engine", ofEngine), new Ports("data", ofData));
    return effects.perform(ONE, step, 7);
  }

  @Test
  void eachFamilyGoesToItsPort() throws InterruptedException {
    assertThat(perform(new Step.Drop(DB, "test"), DONE, DONE)).isEqualTo(DONE);
    assertThat(perform(new Step.Open(DB, "test"), DONE, DONE)).isEqualTo(DONE);
    assertThat(asked).containsExactly("data drop db 7", "engine open db 7");
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
