package run.ephemeral.core.plan;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import run.ephemeral.core.Fault;

/// Plans for environments on clusters.
class ClusterPlansTest {
  private static final Fault AWAY =
      Fault.external("the API server does not answer", new IOException("timeout"));
  private static final Fault STUCK = Fault.user("was not ready within 2 min: exit 1 after 2 s");

  private static ClusterScene everythingIsReady() {
    return new ClusterScene().database().found("web", "api").ready("web", "api", "search");
  }

  @Test
  void aClusterWithRoomIsChosenForWhatRunsNowhere() throws IOException {
    check("placed", new ClusterScene().nowhere());
    check("placed where most room is", new ClusterScene().cluster("west", 5).nowhere());
    check("placed by name", new ClusterScene().cluster("boston", 3).nowhere());
    check("placed where it fits", new ClusterScene().machine().nowhere());
    check("placed and expired", new ClusterScene().nowhere().at(Duration.ofDays(4)));
  }

  @Test
  void whatNoClusterHasRoomForWaits() throws IOException {
    check("cluster full", new ClusterScene().noClusters().cluster("west", 0).nowhere());
    check("third in the queue", new ClusterScene().cordoned().nowhere().ahead(2));
    check("cluster cordoned", new ClusterScene().cordoned().nowhere());
  }

  @Test
  void whatNothingCanRunSaysWhy() throws IOException {
    check("no cluster at all", new ClusterScene().noClusters().nowhere());
    check("fits nowhere", new ClusterScene().noClusters().machine().nowhere());
    check("fits its cluster no more", everythingIsReady().withoutImages());
    check(
        "fits its cluster no more, idle",
        everythingIsReady()
            .withoutImages()
            .idleAfter(Duration.ofMinutes(30))
            .at(Duration.ofMinutes(31)));
  }

  @Test
  void aClusterThatIsLostIsNamedAndWhatIsThereIsLeftAlone() throws IOException {
    check("cluster unknown", everythingIsReady().noClusters().cluster("west", 1));
    check("cluster unknown and removed", everythingIsReady().noClusters().removed());
    check("cluster lost", everythingIsReady().blind(AWAY));
    check("cluster lost and removed", everythingIsReady().blind(AWAY).removed());
  }

  @Test
  void imagesAreLookedForAndWhatNeedsNoneIsApplied() throws IOException {
    check("cluster from nothing", new ClusterScene());
  }

  @Test
  void anImageThatIsNotThereYetIsAwaitedWhileOthersGoOn() throws IOException {
    var scene = new ClusterScene().database().found("api").ready("api", "search");
    check("image awaited", scene.awaited("web", 3));
  }

  @Test
  void anImageThatIsAwaitedIsLookedForAgain() throws IOException {
    var scene = new ClusterScene().database().found("api").ready("api", "search");
    check("image looked for again", scene.awaited("web", 3).at(Duration.ofMinutes(1)));
  }

  @Test
  void whatNeedsAnotherThatAwaitsItsImageWaits() throws IOException {
    var scene = new ClusterScene().database().found("web").ready("search");
    check("image of a need awaited", scene.awaited("api", 1));
  }

  @Test
  void whatAwaitsItsImageMayFallAsleep() throws IOException {
    var scene = new ClusterScene().database().found("api").ready("api", "search");
    check(
        "image awaited, idle",
        scene.idleAfter(Duration.ofMinutes(30)).at(Duration.ofMinutes(31)).awaited("web", 9));
  }

  @Test
  void aRegistryThatDoesNotAnswerIsAskedAgain() throws IOException {
    var scene = new ClusterScene().database().found("api").ready("api", "search");
    check("registry away", scene.resolveFailed("web", AWAY));
    check("registry away, older serves", scene.older("web").resolveFailed("web", AWAY));
    check("registry away, asleep", scene.sleeping("web").resolveFailed("web", AWAY));
  }

  @Test
  void anImageThatWasFoundIsApplied() throws IOException {
    check("image found", new ClusterScene().database().found("web", "api").ready("search"));
  }

  @Test
  void whatWasAppliedIsAwaited() throws IOException {
    check(
        "applied",
        new ClusterScene().database().found("web", "api").applied("api").ready("search"));
  }

  @Test
  void whatIsReadyIsLeftAlone() throws IOException {
    check("cluster settled", everythingIsReady());
  }

  @Test
  void anotherImageOfTheSameTagIsApplied() throws IOException {
    check("image pushed again", everythingIsReady().pushedAgain());
    check(
        "image pushed again, not applied",
        everythingIsReady().pushedAgain().applyFailed("web", AWAY));
  }

  @Test
  void aChartIsAppliedAgainWhenItsFolderOrItsValuesChange() throws IOException {
    check("values changed", everythingIsReady().valuesChanged());
    check("chart changed", everythingIsReady().chartChanged());
  }

  @Test
  void aRestartAppliesOneAnew() throws IOException {
    check("cluster restart", everythingIsReady().restarted("api"));
  }

  @Test
  void whatTheClusterCannotGetReadyIsToldAndStillAwaited() throws IOException {
    check("troubled", everythingIsReady().troubled("web", "exit 1, started 4 times", 0));
    check("troubled, older serves", everythingIsReady().troubled("web", "no such image", 1));
  }

  @Test
  void aRolloutThatIsStuckIsToldAndHoldsUpWhatNeedsIt() throws IOException {
    check("rollout stuck", everythingIsReady().applied("web").awaitFailed("web", STUCK));
    check(
        "rollout of a need stuck",
        new ClusterScene()
            .database()
            .found("web", "api")
            .ready("search")
            .troubled("api", "exit 1", 1)
            .awaitFailed("api", STUCK));
  }

  @Test
  void whatWasStuckAndIsReadyNowIsReady() throws IOException {
    check("rollout late", everythingIsReady().awaitFailed("web", STUCK));
  }

  @Test
  void whatCannotBeAppliedIsToldAndTriedAgain() throws IOException {
    var scene = new ClusterScene().database().found("web", "api").ready("api");
    check("apply failed", scene.ready("web").applyFailed("search", AWAY));
  }

  @Test
  void whatSleepsIsScaledDownOnce() throws IOException {
    check("cluster sleeps", everythingIsReady().sleeping("search").asleep());
    check("cluster asleep", everythingIsReady().sleeping("web", "api", "search").asleep());
    check(
        "cluster sleeps with trouble",
        everythingIsReady().asleep().scaleFailed("web", false, AWAY));
    check(
        "cluster sleeps again",
        everythingIsReady().asleep().scaleFailed("web", false, STUCK).at(Duration.ofMinutes(1)));
  }

  @Test
  void whatNeedsADatabaseThatCannotBeCopiedWaitsAndSoDoesWhatNeedsThat() throws IOException {
    var scene = new ClusterScene().found("web", "api").ready("search");
    check("cluster copy failed", scene.copyFailed(STUCK));
  }

  @Test
  void whatWakesIsScaledUpInOrder() throws IOException {
    check("cluster woken", everythingIsReady().sleeping("web", "api", "search"));
    check(
        "cluster woken with trouble",
        everythingIsReady().sleeping("web", "api").scaleFailed("api", true, AWAY));
  }

  @Test
  void whatTheAppHasNoMoreIsPruned() throws IOException {
    check("pruned", everythingIsReady().withoutChart());
  }

  @Test
  void aRemovalPrunesDropsAndErases() throws IOException {
    check("cluster removal", everythingIsReady().removed());
    check("cluster removal with trouble", everythingIsReady().removed().pruneFailed("web", AWAY));
    check(
        "cluster removal again",
        everythingIsReady().removed().pruneFailed("web", STUCK).at(Duration.ofMinutes(1)));
  }

  @Test
  void testsRunInAnImageOnceEverythingIsReady() throws IOException {
    check("cluster test", everythingIsReady().test());
    check("cluster tested", everythingIsReady().test().tested());
    check("cluster test waits", everythingIsReady().test().applied("web"));
    var awaited = new ClusterScene().database().found("api").ready("api", "search").test();
    check("cluster test of an image awaited", awaited.awaited("web", 1));
  }

  private static void check(String name, ClusterScene scene) throws IOException {
    GoldenPlans.check(name, scene.situation());
  }
}
