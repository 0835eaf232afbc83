package run.ephemeral.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import run.ephemeral.core.environment.Attempts;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.environment.Phase;
import run.ephemeral.core.step.Step;
import run.ephemeral.testkit.Eventually;

class WorkerTest {
  private World world;

  @BeforeEach
  void open() {
    world = new World();
  }

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void severalControlPlanesShareTheWorkAndNothingIsDoneTwice() {
    var all = new ArrayList<Environment>();
    for (int i = 1; i <= 20; i++) {
      all.add(world.create(i, Shop.release("w" + i, "a" + i)));
    }
    world.worker("first");
    world.worker("second");
    world.worker("third");
    all.forEach(environment -> world.awaitPhase(environment, Phase.READY));
    assertThat(world.engine.running()).isEqualTo(40);
    var performed = world.engine.performed();
    assertThat(new HashSet<>(performed)).hasSameSizeAs(performed);
  }

  @Test
  void aControlPlaneThatStopsIsFollowedByAnotherWhereItWas() throws Exception {
    var reached = new CountDownLatch(1);
    var block = new AtomicBoolean(true);
    world.engine.failWith(
        step -> {
          if (step instanceof Step.Start && block.get()) {
            reached.countDown();
            try {
              new CountDownLatch(1).await();
            } catch (InterruptedException e) {
              return Optional.of(run.ephemeral.core.Fault.user("the process was killed"));
            }
          }
          return Optional.empty();
        });
    var one = world.create(1, Shop.release("w1", "a1"));
    var first = world.worker("first");
    reached.await();
    block.set(false);
    first.close();
    var lease =
        Eventually.value(
                "the lease can be taken", () -> world.environments.claim(world.claimant("second")))
            .lease();
    assertThat(world.environments.record(lease, one.observed(), Attempts.NONE, Optional.empty()))
        .isTrue();
    world.environments.release(lease, Optional.of(Instant.now()), false);
    world.worker("third");
    world.awaitPhase(one, Phase.READY);
    assertThat(world.engine.running()).isEqualTo(2);
  }

  @Test
  void aVisitorsWakeReachesARunThatIsUnderWay() throws Exception {
    var waiting = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    world.engine.failWith(
        step -> {
          if (step instanceof Step.Copy) {
            waiting.countDown();
            try {
              go.await();
            } catch (InterruptedException e) {
              return Optional.of(run.ephemeral.core.Fault.user("interrupted"));
            }
          }
          return Optional.empty();
        });
    var one = world.create(1, Shop.release("w1", "a1"));
    var worker = world.worker("me");
    waiting.await();
    world.environments.want(one.id(), wanted -> wanted.asleep());
    worker.ring("");
    go.countDown();
    world.awaitPhase(one, Phase.ASLEEP);
    Eventually.eventually("nothing runs", () -> world.engine.running() == 0);
  }
}
