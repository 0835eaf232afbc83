package run.ephemeral.engine.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import run.ephemeral.core.engine.Instance.State.Healthy;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.step.Step;
import run.ephemeral.testkit.Eventually;

/// Changes of which only half was done: the rest is observed, reported and repaired.
class HalfwayTest {
  private static final ComponentName API = new ComponentName("api");

  private final Machine machine = new Machine();
  private final EnvironmentKey environment = Machine.key();

  @AfterEach
  void close() {
    machine.ledger.away(false);
    machine.close();
  }

  private CopyOnWriteArrayList<EnvironmentId> changes() {
    var changed = new CopyOnWriteArrayList<EnvironmentId>();
    machine.engine.onChange(changed::add);
    return changed;
  }

  @Test
  void aRouteThatTheSwitchboardLostIsToldAndGivenAgain() {
    var program = machine.program("sleep 1000");
    var instance = machine.serve(environment, program, machine.start(environment, program));
    assertThat(machine.observe(environment).instances().getFirst().routed()).isTrue();
    var changed = changes();
    machine.switchboard.unroute(environment.name(), Machine.WEB);
    Eventually.eventually("it is told", () -> changed.contains(environment.id()));
    assertThat(machine.instance(environment, instance.id()).routed()).isFalse();
    machine.done(environment, new Step.Route(Machine.WEB, instance.id(), "test"));
    assertThat(machine.instance(environment, instance.id()).routed()).isTrue();
  }

  @Test
  void anAddressThatIsNotOpenIsObservedToldAndOpenedAgainOnItsPort() {
    machine.start(environment, machine.program("sleep 1000", Map.of("API", "${api.url}")));
    var address = machine.engine.address(environment, API);
    assertThat(machine.observe(environment).closed()).isEmpty();
    var changed = changes();
    machine.switchboard.close(environment.name(), API);
    Eventually.eventually("it is told", () -> changed.contains(environment.id()));
    assertThat(machine.observe(environment).closed()).containsExactly(API);
    machine.done(environment, new Step.Open(API, "test"));
    assertThat(machine.observe(environment).closed()).isEmpty();
    assertThat(machine.engine.address(environment, API)).isEqualTo(address);
  }

  @Test
  void whatBecameOfAServiceIsWrittenDownOnceTheLedgerIsBack() {
    var program = machine.program("sleep 1000");
    var instance = machine.start(environment, program);
    machine.ledger.away(true);
    machine.serve(environment, program, instance);
    machine.ledger.away(false);
    Eventually.eventually(
        "it is written",
        () -> machine.entry(environment, instance).facts().containsKey("routedAt"));
    var later = machine.again();
    assertThat(later.instance(environment, instance.id()).state()).isInstanceOf(Healthy.class);
    assertThat(later.instance(environment, instance.id()).routed()).isTrue();
  }

  @Test
  void aServiceIsNotStartedBeforeTheLedgerKnows() {
    var program = machine.program("sleep 1000");
    machine.build(program.source());
    machine.ledger.away(true);
    var id = run.ephemeral.core.step.InstanceId.of(program.name(), program.digest(), 1);
    var start = new Step.Start(id, program, 1, 0, "test");
    assertThat(machine.fails(environment, start)).contains("ledger");
    machine.ledger.away(false);
    assertThat(machine.observe(environment).instances()).isEmpty();
    machine.done(environment, start);
    assertThat(machine.observe(environment).instances()).hasSize(1);
  }
}
