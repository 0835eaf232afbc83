package run.ephemeral.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import run.ephemeral.core.Fault;
import run.ephemeral.core.release.LogKind;
import run.ephemeral.core.spec.ComponentName;

/// Plans for environments on this machine.
class PlannerTest {
  private static final Duration NOT = Duration.ZERO;

  @Test
  void anEmptyWorldIsBuiltCopiedStartedAndRoutedSideBySide() throws IOException {
    check("from nothing", new Scene());
  }

  @Test
  void aServiceThatNeedsAnotherStartsAfterThatHasItsRequests() throws IOException {
    check("needs", new Scene().built("web", "catalogue", "orders").webNeeds("catalogue"));
  }

  @Test
  void whatRunsAndServesIsLeftAlone() throws IOException {
    check("settled", everythingServes());
  }

  @Test
  void aProcessThatWasStartedIsWaitedFor() throws IOException {
    check(
        "half way",
        new Scene()
            .built("web", "catalogue", "orders")
            .database()
            .starting("web")
            .healthy("catalogue")
            .serving("orders"));
  }

  @Test
  void aPushToOneServiceReplacesOnlyThatAndTheOldOneServesUntilThen() throws IOException {
    check("push", everythingServes().pushedTo("orders"));
  }

  @Test
  void aNewVersionThatNeverComesUpLeavesTheOldOneServing() throws IOException {
    check(
        "bad push",
        everythingServes()
            .pushedTo("orders")
            .built("orders")
            .ended("orders", 4, Duration.ofSeconds(9), NOT));
  }

  @Test
  void aChangedSeedLeavesTheDataAloneAndSaysSo() throws IOException {
    check("seed changed", everythingServes().seedChanged());
  }

  @Test
  void aRestartStartsAnewWithoutBuilding() throws IOException {
    check("restart", everythingServes().restarted("web"));
  }

  @Test
  void aServiceThatEndedAfterItServedIsStartedAtOnce() throws IOException {
    check(
        "crash after serving",
        databaseAndArtifacts()
            .serving("web", "catalogue")
            .ended("orders", 0, NOT, Duration.ofSeconds(5)));
  }

  @Test
  void aServiceThatNeverServedIsTriedAgainAfterAWhile() throws IOException {
    var scene = databaseAndArtifacts().serving("web", "catalogue");
    check("crash at start", scene.ended("orders", 0, Duration.ofMillis(10), NOT));
  }

  @Test
  void whenTheWhileIsOverItIsStartedAgain() throws IOException {
    var scene = databaseAndArtifacts().serving("web", "catalogue");
    check("crash at start later", scene.ended("orders", 0, Duration.ofSeconds(5), NOT));
  }

  @Test
  void whileItIsTriedAgainItIsKnownHowTheLastTryEnded() throws IOException {
    var scene = databaseAndArtifacts().serving("web", "catalogue");
    check(
        "crash at start again",
        scene.ended("orders", 0, Duration.ofSeconds(5), NOT).startingAgain("orders"));
  }

  @Test
  void afterTheLastTryItRests() throws IOException {
    var scene = databaseAndArtifacts().serving("web", "catalogue");
    check("gave up", scene.ended("orders", 4, Duration.ofDays(1), NOT));
  }

  @Test
  void aBuildThatFailedIsNotTriedAgainAndTheOthersGoOn() throws IOException {
    var why = Fault.user("build exited 1 after 2.0 s: cannot find symbol");
    check("build failed", new Scene().database().failed("orders", 1, why));
  }

  @Test
  void whatFailedOutsideIsTriedAgainLater() throws IOException {
    var why = Fault.external("the registry does not answer", new IOException("timeout"));
    check("build to be tried again", new Scene().database().failed("orders", 2, why));
  }

  @Test
  void whatWaitsForItsBuildIsNoFailure() throws IOException {
    check("build awaited", new Scene().database().webNeeds("orders").buildPostponed("orders"));
    check("build of a test awaited", everythingServes().test("smoke").testPostponed("smoke"));
  }

  @Test
  void whatFailedOutsideIsNeverGivenUpAndSaysWhenItIsTriedAgain() throws IOException {
    var why = Fault.external("the registry does not answer", new IOException("timeout"));
    check("build failed outside for long", new Scene().database().failed("orders", 50, why));
    check(
        "build failed outside, its time came",
        new Scene().database().failed("orders", 50, why).at(Duration.ofMinutes(12)));
  }

  @Test
  void anotherTryThatSomebodyAskedForForgetsWhatFailed() throws IOException {
    var why = Fault.user("build exited 1 after 2.0 s: cannot find symbol");
    check("asked again", new Scene().database().failed("orders", 1, why).askedAgain());
  }

  @Test
  void anAddressThatIsNotOpenIsOpenedAndTheRestStays() throws IOException {
    check("address closed", everythingServes().closed("catalogue"));
  }

  @Test
  void nothingIsJudgedByWhatCannotBeSeen() throws IOException {
    var why = Fault.external("what runs of it cannot be read", new IOException("EMFILE"));
    check("cannot be seen", everythingServes().blind(why));
    check("cannot be seen and removed", everythingServes().blind(why).removed());
  }

  @Test
  void afterATimeInWhichNobodyCouldVisitNothingSleepsOrExpiresForAWhile() throws IOException {
    var back = Duration.ofDays(4);
    check("machine was off", everythingServes().at(back).attendedSince(Duration.ofHours(1)));
    check(
        "machine was off, grace is over",
        everythingServes().at(back).attendedSince(Duration.ofHours(25)));
    check(
        "machine was off, may sleep later",
        everythingServes()
            .idleAfter(Duration.ofMinutes(30))
            .at(Duration.ofDays(1))
            .attendedSince(Duration.ofMinutes(10)));
  }

  @Test
  void asleepEverythingStopsAndDataStays() throws IOException {
    check("falls asleep", everythingServes().asleep());
    check("sleeps", databaseAndArtifacts().asleep());
  }

  @Test
  void wakingStartsWithoutBuildingOrCopying() throws IOException {
    check("wakes", databaseAndArtifacts().woken());
  }

  @Test
  void removalStopsDropsAndErasesInThatOrder() throws IOException {
    check("removal", everythingServes().removed());
    check("removal at its end", new Scene().removed());
  }

  @Test
  void aCommitThatCannotBeReadFailsAndTheLastGoodOneServesOn() throws IOException {
    check("unreadable", everythingServes().unreadable());
    check("never readable", new Scene().neverReleased().unreadable());
  }

  @Test
  void anIdleEnvironmentFallsAsleepAndOneThatIsUsedDoesNot() throws IOException {
    var idle = Duration.ofMinutes(30);
    var later = Duration.ofHours(1);
    check("idle", everythingServes().idleAfter(idle).at(later));
    check("in use", everythingServes().idleAfter(idle).at(later).used(Duration.ofMinutes(10)));
  }

  @Test
  void anEnvironmentExpiresUnlessSomebodyCame() throws IOException {
    check("expired", everythingServes().at(Duration.ofDays(4)));
    check("visited", everythingServes().at(Duration.ofDays(4)).used(Duration.ofDays(2)));
  }

  @Test
  void testsRunOnceEverythingIsReady() throws IOException {
    check("tests wait", databaseAndArtifacts().serving("web").test("smoke"));
    check("tests run", everythingServes().test("smoke"));
    check("tests failed", everythingServes().test("smoke").tested("smoke", false));
    check("test again", everythingServes().test("smoke").tested("smoke", true).restarted("smoke"));
  }

  @Test
  void whatEndedInTimesToComeIsStartedAtOnceSinceTheClockWasSetBack() throws IOException {
    check(
        "clock set back",
        databaseAndArtifacts()
            .serving("web", "catalogue")
            .ended("orders", 2, Duration.ofHours(-5), NOT));
  }

  @Test
  void whatNeedsAServiceThatFailsWaits() throws IOException {
    var why = Fault.user("no");
    var scene = databaseAndArtifacts().serving("catalogue").webNeeds("orders");
    check("need gave up", scene.ended("orders", 4, Duration.ofDays(1), NOT));
    var soon = databaseAndArtifacts().serving("catalogue").webNeeds("orders");
    check("need ended", soon.ended("orders", 0, Duration.ofMillis(10), NOT));
    var again = databaseAndArtifacts().serving("catalogue").webNeeds("orders");
    check("need starts again", again.ended("orders", 0, Duration.ofSeconds(5), NOT));
    var built = new Scene().built("web").database().serving("catalogue").webNeeds("orders");
    check("need not built", built.failed("orders", 1, why));
    var started = databaseAndArtifacts().serving("catalogue").webNeeds("orders");
    check("need not started", started.startFailed("orders", why));
    var healthy = databaseAndArtifacts().serving("catalogue").webNeeds("orders");
    check("need not healthy", healthy.starting("orders").awaitFailed("orders", why));
    var chain = databaseAndArtifacts().webNeeds("catalogue").catalogueNeeds("orders");
    check("need of a need gave up", chain.ended("orders", 4, Duration.ofDays(1), NOT));
    var coming = databaseAndArtifacts().serving("catalogue").webNeeds("orders");
    check("need is coming", coming.starting("orders"));
    var routed = databaseAndArtifacts().serving("catalogue").webNeeds("orders");
    check("need not routed", routed.healthy("orders").routeFailed("orders", why));
  }

  @Test
  void aServiceThatServedLongEnoughHasAllItsTriesAgain() throws IOException {
    var scene = databaseAndArtifacts().serving("web", "catalogue");
    check("steady", scene.ended("orders", 4, NOT, Duration.ofMinutes(1)));
  }

  @Test
  void whatIsNotWantedAnyMoreIsStopped() throws IOException {
    check("useless", databaseAndArtifacts().serving("web", "catalogue").older("orders", false));
    check("older one still serves", everythingServes().older("orders", true));
    check("older one is not needed", everythingServes().older("orders", false));
  }

  @Test
  void anAddressThatCannotBeOpenedFailsItsService() throws IOException {
    var why = Fault.capacity("no port is free");
    check("address cannot be opened", everythingServes().closed("web").openFailed("web", why));
    check(
        "need cannot be reached",
        databaseAndArtifacts()
            .serving("catalogue", "orders")
            .webNeeds("catalogue")
            .closed("catalogue")
            .openFailed("catalogue", why));
  }

  @Test
  void aRemovalSaysWhatDoesNotGo() throws IOException {
    var why = Fault.external("the process does not end", new IOException("EPERM"));
    check("removal with trouble", everythingServes().removed().stopFailed("web", why));
    check(
        "removal with trouble, again",
        everythingServes().removed().stopFailed("web", why).at(Duration.ofHours(1)));
  }

  @Test
  void whatRestsSaysWhetherThereIsSomethingToWake() throws IOException {
    check("rests, never started", new Scene().neverReleased().asleep());
    check("rests, never readable", new Scene().neverReleased().unreadable().asleep());
    check("rests, newest unreadable", databaseAndArtifacts().unreadable().asleep());
  }

  @Test
  void untilItsSourceWasReadNothingIsDone() throws IOException {
    check("source is read", new Scene().neverReleased());
  }

  @Test
  void aDatabaseThatCannotBeCopiedFails() throws IOException {
    var why = Fault.user("seed db/seed.sql:3: syntax error");
    check("copy failed", new Scene().built("web", "catalogue", "orders").copyFailed(why));
  }

  @Test
  void testsThatCannotRunHaveFailed() throws IOException {
    var why = Fault.user("no");
    check("test failed to run", everythingServes().test("smoke").testFailed("smoke", why));
    check(
        "one of two tests ran",
        everythingServes().test("smoke").test("load").tested("smoke", true));
    check("test not built", everythingServes().test("smoke").testNotBuilt("smoke", why));
  }

  @Test
  void anEnvironmentMayFallAsleepAfterSeconds() throws IOException {
    var idle = Duration.ofSeconds(30);
    check("idle for seconds", everythingServes().idleAfter(idle).at(idle));
  }

  @Test
  void causesAndPartsHaveTheNamesOfTheApi() {
    var part = new ComponentName("web");
    assertThat(new Cause.WaitsFor(part).code()).isEqualTo("waits-for");
    assertThat(new Cause.IsThere().code()).isEqualTo("is-there");
    assertThat(Part.Kind.SERVICE.word()).isEqualTo("service");
    assertThat(new Part(Part.Kind.TEST, part, Part.State.PASSED, new Cause.TestRuns()).log())
        .isEqualTo(LogKind.TEST);
  }

  @Test
  void whatWaitsForRoomIsNeverGivenUp() throws IOException {
    check(
        "no room",
        new Scene()
            .built("web", "orders")
            .database()
            .failed("catalogue", 20, Fault.capacity("the disk is full")));
  }

  private static Scene databaseAndArtifacts() {
    return new Scene().built("web", "catalogue", "orders").database();
  }

  private static Scene everythingServes() {
    return databaseAndArtifacts().serving("web", "catalogue", "orders");
  }

  private static void check(String name, Scene scene) throws IOException {
    GoldenPlans.check(name, scene.situation());
  }
}
