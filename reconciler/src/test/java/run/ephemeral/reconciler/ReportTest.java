package run.ephemeral.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import run.ephemeral.core.Fault;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.environment.Phase;
import run.ephemeral.core.environment.Power;
import run.ephemeral.core.environment.Wanted;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.report.Status;
import run.ephemeral.core.spec.ComponentName;

/// What a pull request is told about its environment, and when.
class ReportTest {
  private static final ComponentName WEB = new ComponentName("web");

  private final World world = new World();

  @AfterEach
  void close() {
    world.close();
  }

  private String comment() {
    assertThat(world.conversation.seen()).hasSize(1);
    return world.conversation.seen().getFirst();
  }

  private Environment ready() throws InterruptedException {
    var one = world.createHosted(1, Shop.release("w1", "a1"));
    world.settle();
    return one;
  }

  private Environment find(EnvironmentId id) {
    return world.environments.find(id).orElseThrow();
  }

  private Optional<Status.State> status(Environment environment) {
    var commit = environment.wanted().release().orElseThrow().commit();
    var status = world.conversation.statuses(commit).get("ephemeral/shop");
    return Optional.ofNullable(status).map(Status::state);
  }

  @Test
  void oneCommentIsWrittenAndSaysThatItIsReady() throws InterruptedException {
    var one = ready();
    assertThat(comment())
        .startsWith("<!-- ephemeral.run test shop -->\n### ")
        .contains("[pr-shop-1](http://pr-shop-1.localhost:8080) is ready")
        .contains("| **web** | ready |", "ready in ");
    assertThat(status(one)).contains(Status.State.SUCCESS);
    assertThat(find(one.id()).settled()).isTrue();
  }

  @Test
  void nothingIsSentWhileNothingChanges() throws InterruptedException {
    var one = ready();
    var before = world.conversation.requests();
    for (int i = 0; i < 5; i++) {
      world.pass(Duration.ofMinutes(5));
      world.settle();
    }
    world.environments.used(one.id(), world.clock.instant());
    world.environments.wakeAll();
    world.settle();
    assertThat(world.conversation.requests()).isEqualTo(before);
  }

  @Test
  void whatIsReadyWithinAMomentIsToldOnce() throws InterruptedException {
    ready();
    assertThat(world.conversation.requests()).as("a comment and a status").isEqualTo(2);
  }

  @Test
  void progressIsToldAtMostEveryTenSeconds() throws InterruptedException {
    var one = ready();
    var before = world.conversation.requests();
    push(one, "w2");
    assertThat(world.conversation.requests()).as("soon after").isEqualTo(before);
    world.pass(Duration.ofSeconds(11));
    push(one, "w3");
    assertThat(world.conversation.requests()).as("later").isGreaterThan(before);
  }

  private void push(Environment one, String web) throws InterruptedException {
    var release = Shop.release(web, "a1");
    Shop.push(world.engine, release);
    want(one, wanted -> wanted.withRelease(release, Power.ON, world.clock.instant()));
  }

  /// An observation that fails leaves nothing to be published again and again.
  @Test
  void whatCannotBeSeenIsToldOnce() throws InterruptedException {
    var one = ready();
    world.engine.blind(Fault.external("the cluster does not answer", new Throwable()));
    var before = world.conversation.requests();
    world.environments.wakeAll();
    world.settle();
    assertThat(world.conversation.requests()).isEqualTo(before + 2);
    assertThat(comment()).contains("the cluster does not answer");
    assertThat(world.diary(one)).anyMatch(line -> line.contains("the cluster does not answer"));
    world.engine.blind(null);
    world.pass(Duration.ofMinutes(20));
    world.settle();
    assertThat(comment()).contains("is ready");
  }

  @Test
  void sleepMakesNothingSucceedThatFailed() throws InterruptedException {
    failWeb(Fault.user("the build exited 1"));
    var one = ready();
    assertThat(status(one)).contains(Status.State.FAILURE);
    want(one, Wanted::asleep);
    assertThat(comment()).contains("is asleep");
    assertThat(status(one)).contains(Status.State.FAILURE);
  }

  @Test
  void sleepMakesNothingSucceedThatCannotBeUsedOrNeverRan() throws InterruptedException {
    var one = ready();
    want(one, wanted -> wanted.withFault(Fault.user("line 3"), world.clock.instant()));
    want(one, Wanted::asleep);
    assertThat(status(one)).contains(Status.State.FAILURE);
    var two = world.createHosted(2, Shop.release("w2", "a1"));
    want(two, Wanted::asleep);
    assertThat(status(two)).isEmpty();
  }

  @Test
  void aStatusDoesNotWaitForWhatIsRemoved() throws InterruptedException {
    failWeb(new Fault(Fault.Kind.EXTERNAL, "later", ""));
    var one = ready();
    want(one, wanted -> wanted.removed("somebody destroyed it"));
    assertThat(status(one)).contains(Status.State.FAILURE);
  }

  private void failWeb(Fault fault) {
    world.engine.failWith(
        step -> step.component().equals(Optional.of(WEB)) ? Optional.of(fault) : Optional.empty());
  }

  @Test
  void aPlainGitRepositoryIsToldNothing() throws InterruptedException {
    world.create(2, Shop.release("w1", "a1"));
    world.settle();
    assertThat(world.conversation.requests()).isZero();
  }

  @Test
  void aFailureNamesTheComponentAndItsLastLines() throws InterruptedException {
    failWeb(Fault.user("the build exited 1"));
    var one = ready();
    assertThat(comment())
        .contains("pr-shop-1 fails".replace("pr-shop-1", "](http://pr-shop-1.localhost:8080)"))
        .contains("| **web** | failing | the build exited 1 |")
        .contains("The last lines of web", "the end of the log of web");
    assertThat(status(one)).contains(Status.State.FAILURE);
  }

  @Test
  void aHostThatIsAwayDelaysNothingAndIsToldLater() throws InterruptedException {
    var fault = new Fault(Fault.Kind.EXTERNAL, "fake.example does not answer", "");
    world.conversation.fail(what -> Optional.of(fault));
    var one = ready();
    assertThat(world.phase(one)).isEqualTo(Phase.READY);
    assertThat(find(one.id()).settled()).isTrue();
    assertThat(world.diary(one)).contains("fake.example does not answer");
    world.conversation.fail(what -> Optional.empty());
    world.pass(Duration.ofMinutes(20));
    world.settle();
    assertThat(comment()).contains("is ready");
  }

  @Test
  void aCommentIsNotWrittenAgainBecauseAStatusFailed() throws InterruptedException {
    var fault = new Fault(Fault.Kind.EXTERNAL, "fake.example does not answer", "");
    var one = ready();
    world.conversation.fail(what -> what.equals("status") ? Optional.of(fault) : Optional.empty());
    want(one, wanted -> wanted.withFault(Fault.user("line 3"), world.clock.instant()));
    var before = world.conversation.requests();
    world.pass(Duration.ofMinutes(20));
    world.settle();
    // Only the status was tried again.
    assertThat(world.conversation.requests()).isEqualTo(before + 1);
  }

  @Test
  void aTokenThatMaySetNoStatusStillComments() throws InterruptedException {
    world.conversation.fail(
        what -> what.equals("status") ? Optional.of(Fault.user("you may not")) : Optional.empty());
    var one = ready();
    assertThat(comment()).contains("is ready");
    want(one, Wanted::asleep);
    assertThat(comment()).contains("is asleep");
    assertThat(world.diary(one)).containsOnlyOnce("its commit gets no status: you may not");
    world.conversation.fail(what -> Optional.empty());
    want(one, wanted -> wanted.awake(world.clock.instant()));
    assertThat(status(one)).contains(Status.State.SUCCESS);
  }

  /// As in a conversation that somebody locked.
  @Test
  void aRefusedCommentKeepsTheStatusFromNothing() throws InterruptedException {
    world.conversation.fail(
        what ->
            what.equals("comment") ? Optional.of(Fault.user("it is locked")) : Optional.empty());
    var one = ready();
    assertThat(status(one)).contains(Status.State.SUCCESS);
    assertThat(world.diary(one)).anyMatch(line -> line.contains("it is locked"));
    world.conversation.fail(what -> Optional.empty());
    world.pass(Duration.ofMinutes(20));
    world.settle();
    assertThat(comment()).contains("is ready");
  }

  /// Hosts allow few writes, and anybody can visit a page.
  @Test
  void aVisitorWhoWakesASleeperChangesNoStatusAndFewComments() throws InterruptedException {
    var one = ready();
    want(one, Wanted::asleep);
    world.pass(Duration.ofMinutes(20));
    var before = world.conversation.requests();
    want(one, wanted -> wanted.awake(world.clock.instant()));
    assertThat(world.phase(one)).isEqualTo(Phase.READY);
    assertThat(status(one)).contains(Status.State.SUCCESS);
    assertThat(world.conversation.requests()).isEqualTo(before + 1);
  }

  @Test
  void aDeletedCommentComesBackWithTheNextChange() throws InterruptedException {
    var one = ready();
    world.conversation.delete("1");
    want(one, Wanted::asleep);
    assertThat(comment()).contains("is asleep");
  }

  private void want(Environment one, java.util.function.UnaryOperator<Wanted> change)
      throws InterruptedException {
    world.environments.want(one.id(), change);
    world.settle();
  }

  @Test
  void theRowGoesAfterTheLastReport() throws InterruptedException {
    var one = ready();
    var fault = new Fault(Fault.Kind.EXTERNAL, "fake.example does not answer", "");
    world.conversation.fail(what -> Optional.of(fault));
    want(one, wanted -> wanted.removed("its pull request was merged or closed"));
    assertThat(world.phase(one)).isEqualTo(Phase.REMOVING);
    world.conversation.fail(what -> Optional.empty());
    world.pass(Duration.ofMinutes(20));
    world.settle();
    assertThat(world.environments.find(one.id())).isEmpty();
    assertThat(comment()).contains("was removed", "its pull request was merged or closed");
    assertThat(status(one)).contains(Status.State.SUCCESS);
  }

  @Test
  void aLastReportThatCannotBeDeliveredIsGivenUpWithATrace() throws InterruptedException {
    var one = ready();
    world.conversation.fail(what -> Optional.of(Fault.user("has no such repository")));
    want(one, wanted -> wanted.removed("its pull request was merged or closed"));
    for (int i = 0; i < 20 && world.environments.find(one.id()).isPresent(); i++) {
      world.pass(Duration.ofMinutes(20));
      world.settle();
    }
    assertThat(world.environments.find(one.id())).isEmpty();
    assertThat(world.diary(one)).anyMatch(line -> line.contains("has no such repository"));
  }

  @Test
  void theLastReportIsTriedAlsoAfterOthersFailedForLong() throws InterruptedException {
    var one = world.createHosted(1, Shop.release("w1", "a1"));
    want(one, Wanted::asleep);
    var fault = new Fault(Fault.Kind.EXTERNAL, "fake.example does not answer", "");
    world.conversation.fail(what -> Optional.of(fault));
    want(one, wanted -> wanted.expiring(Optional.empty()));
    for (int i = 0; i < 12; i++) {
      world.pass(Duration.ofMinutes(20));
      world.settle();
    }
    world.conversation.fail(what -> Optional.empty());
    want(one, wanted -> wanted.removed("somebody destroyed it"));
    world.pass(Duration.ofMinutes(20));
    world.settle();
    assertThat(comment()).contains("was removed");
  }

  @Test
  void theNextEnvironmentOfThePullRequestGoesOnInTheSameComment() throws InterruptedException {
    var one = ready();
    want(one, wanted -> wanted.removed("somebody destroyed it"));
    ready();
    assertThat(comment()).contains("is ready");
  }
}
