package run.ephemeral.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import run.ephemeral.core.Fault;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.environment.Power;
import run.ephemeral.core.environment.Wanted;
import run.ephemeral.core.release.Release;
import run.ephemeral.core.spec.RemindSpec;
import run.ephemeral.core.step.Step;

/// What a pull request is told once, in comments of their own.
class RemindersTest {
  private final World world = new World();

  @AfterEach
  void close() {
    world.close();
  }

  /// The comments but the one that is edited.
  private List<String> reminders() {
    return world.conversation.seen().stream().filter(text -> text.contains(" answer -->")).toList();
  }

  private void pass(Duration time) throws InterruptedException {
    world.pass(time);
    world.settle();
  }

  private Environment ready(Release release) throws InterruptedException {
    var one = world.createHosted(1, release);
    world.settle();
    return one;
  }

  @Test
  void thatItWillBeRemovedIsToldOnce() throws InterruptedException {
    ready(Shop.release("w1", "a1"));
    pass(Duration.ofDays(1));
    assertThat(reminders()).isEmpty();
    pass(Duration.ofHours(31));
    assertThat(reminders())
        .singleElement()
        .asString()
        .contains("pr-shop-1 is removed at ", "`@runbot extend 2d`");
    pass(Duration.ofHours(1));
    pass(Duration.ofHours(1));
    assertThat(reminders()).hasSize(1);
  }

  @Test
  void thatItFellAsleepIsToldTheFirstTime() throws InterruptedException {
    var one = ready(Shop.release("w1", "a1", Optional.of(Duration.ofMinutes(30))));
    pass(Duration.ofMinutes(31));
    assertThat(reminders())
        .singleElement()
        .asString()
        .contains("fell asleep, since nobody visited it for 30 min");
    world.environments.want(one.id(), wanted -> wanted.awake(world.clock.instant()));
    pass(Duration.ofMinutes(1));
    pass(Duration.ofMinutes(31));
    assertThat(reminders()).hasSize(1);
  }

  @Test
  void whoSendsItToSleepKnowsThat() throws InterruptedException {
    var one = ready(Shop.release("w1", "a1", Optional.of(Duration.ofMinutes(30))));
    world.environments.want(one.id(), Wanted::asleep);
    pass(Duration.ofMinutes(1));
    assertThat(reminders()).isEmpty();
  }

  @Test
  void thatATestFailsWhichPassedIsToldOnce() throws InterruptedException {
    var one = ready(Shop.tested("w1", RemindSpec.DEFAULT));
    assertThat(reminders()).isEmpty();
    failTests();
    push(one, Shop.tested("w2", RemindSpec.DEFAULT));
    assertThat(reminders())
        .singleElement()
        .asString()
        .contains("The test `smoke` passed before, and fails at");
    push(one, Shop.tested("w3", RemindSpec.DEFAULT));
    assertThat(reminders()).hasSize(1);
  }

  @Test
  void aTestThatNeverPassedIsNoNews() throws InterruptedException {
    failTests();
    ready(Shop.tested("w1", RemindSpec.DEFAULT));
    assertThat(reminders()).isEmpty();
  }

  @Test
  void eachCanBeTurnedOff() throws InterruptedException {
    var off = Optional.of(false);
    var none = new RemindSpec(off, off, off);
    var one = ready(Shop.tested("w1", none));
    failTests();
    push(one, Shop.tested("w2", none));
    pass(Duration.ofHours(60));
    assertThat(reminders()).isEmpty();
  }

  private void failTests() {
    world.engine.failWith(
        step ->
            step instanceof Step.Test
                ? Optional.of(Fault.user("the test failed"))
                : Optional.empty());
  }

  private void push(Environment one, Release release) throws InterruptedException {
    Shop.push(world.engine, release);
    var now = world.clock.instant();
    world.environments.want(
        one.id(), wanted -> wanted.withRelease(release, Power.ON, now).retried());
    world.settle();
    pass(Duration.ofSeconds(11));
  }
}
