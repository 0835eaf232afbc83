package run.ephemeral.engine.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import run.ephemeral.core.Fault.Kind;
import run.ephemeral.core.engine.Running;
import run.ephemeral.core.engine.Workload;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.spec.ResourcesSpec;
import run.ephemeral.core.step.Fence;
import run.ephemeral.core.step.Outcome;
import run.ephemeral.core.step.Step;
import run.ephemeral.testkit.Eventually;
import run.ephemeral.testkit.FaultProxy;
import run.ephemeral.testkit.FaultProxy.Fault;
import run.ephemeral.testkit.TestBed;

/// Steps whose requests fail in every way that networks and API servers know: the same step again
/// makes nothing twice.
@EnabledIf("run.ephemeral.testkit.TestBed#isUp")
class FaultsTest {
  private static final String INSTALLATION = TestEngine.installation();
  private static final String DEPLOYMENT = "PATCH .*/deployments/web";
  private static final ComponentName WEB = new ComponentName("web");
  private static final AtomicLong LAST_ID = new AtomicLong();

  private final FaultProxy proxy = FaultProxy.open();
  private final TestEngine cluster;
  private final EnvironmentKey environment;
  private final Step.Apply apply;

  FaultsTest() throws Exception {
    cluster = TestEngine.behind(proxy, INSTALLATION);
    var id = LAST_ID.incrementAndGet();
    var name = new EnvironmentName(INSTALLATION + "-" + id);
    environment = new EnvironmentKey(new EnvironmentId(id), name);
    apply = TestEngine.apply(TestEngine.web("web"), TestEngine.image(TestBed.WEB, "1"));
  }

  @AfterEach
  void close() throws Exception {
    cluster.close();
    proxy.close();
  }

  @AfterAll
  static void erase() {
    TestEngine.erase(INSTALLATION);
  }

  private void done(Step.AtEngine step) throws InterruptedException {
    assertThat(cluster.perform(environment, step)).isInstanceOf(Outcome.Done.class);
  }

  private void failed(Step.AtEngine step, String why) throws InterruptedException {
    var outcome = cluster.perform(environment, step);
    assertThat(outcome).isInstanceOf(Outcome.Failed.class);
    var fault = ((Outcome.Failed) outcome).fault();
    assertThat(fault.message()).isEqualTo(why.formatted(proxy.url().substring(8)));
    assertThat(fault.kind()).isEqualTo(Kind.EXTERNAL);
  }

  private Optional<Workload> workload() {
    return cluster.engine.observe(environment).running() instanceof Running.Workloads(var known)
        ? Optional.ofNullable(known.get(WEB))
        : Optional.empty();
  }

  private String generation() {
    return TestBed.kubectl(
        "-n",
        environment.name().value(),
        "get",
        "deploy",
        "-o",
        "jsonpath={.items[*].metadata.generation}");
  }

  @Test
  @Tag("long")
  void aWriteWhoseAnswerIsLostIsDoneOnce() throws Exception {
    proxy.once(DEPLOYMENT, new Fault.Unanswered());
    done(apply);
    assertThat(generation()).isEqualTo("1");
    done(TestEngine.await(apply));
    proxy.once(DEPLOYMENT, new Fault.Unanswered());
    done(TestEngine.scale("web", false));
    assertThat(generation()).isEqualTo("2");
    proxy.once(DEPLOYMENT, new Fault.Dropped());
    done(TestEngine.scale("web", true));
    assertThat(generation()).isEqualTo("3");
    proxy.once("DELETE .*/deployments/web", new Fault.Unanswered());
    done(new Step.Prune(WEB, "test"));
    assertThat(workload()).isEmpty();
    proxy.once("DELETE .*/namespaces/[^/]+", new Fault.Unanswered());
    done(new Step.Erase("test"));
    assertThat(cluster.engine.observe(environment).traces()).isFalse();
  }

  @Test
  void aCreationWhoseAnswerIsLostIsFoundByTheNextTry() throws Exception {
    var lost =
        "the cluster: the API server at %s does not answer: it ended the connection before its"
            + " answer";
    proxy.once("POST /api/v1/namespaces", new Fault.Unanswered());
    failed(apply, lost);
    proxy.always(DEPLOYMENT, new Fault.Unanswered());
    failed(apply, lost);
    proxy.heal();
    done(apply);
    assertThat(generation()).isEqualTo("1");
    done(TestEngine.await(apply));
    assertThat(workload().orElseThrow().isReady()).isTrue();
  }

  @Test
  void aBusyServerDelaysAStepAndAnIllOneFailsIt() throws Exception {
    proxy.once("POST /api/v1/namespaces", Fault.Answered.of(429, "Retry-After: 1"));
    proxy.once(DEPLOYMENT, Fault.Answered.of(503));
    proxy.once("GET .*/serviceaccounts", Fault.Answered.of(500));
    done(apply);
    assertThat(generation()).isEqualTo("1");
    proxy.once(DEPLOYMENT, Fault.Answered.of(500));
    failed(TestEngine.scale("web", false), "the cluster: the API server at %s answered 500");
    proxy.once(DEPLOYMENT, Fault.Answered.of(429, "Retry-After: 90"));
    failed(TestEngine.scale("web", false), "the cluster: the API server at %s answered 429");
    done(TestEngine.scale("web", false));
    assertThat(workload().orElseThrow().asleep()).isTrue();
  }

  @Test
  void whatIsAwaitedOutlastsAServerThatIsAway() throws Exception {
    done(apply);
    proxy.once("GET .*/pods", Fault.Answered.of(500));
    proxy.once("GET .*/pods", Fault.Answered.of(504));
    proxy.once("GET .*/deployments", new Fault.Dropped());
    done(TestEngine.await(apply));
    proxy.once("GET .*/services", Fault.Answered.of(500));
    done(TestEngine.scale("web", false));
    assertThat(workload().orElseThrow().asleep()).isTrue();
  }

  @Test
  void theSameStepAgainWritesNothing() throws Exception {
    done(apply);
    done(TestEngine.await(apply));
    proxy.forget();
    done(apply);
    done(TestEngine.await(apply));
    assertThat(proxy.counts()).containsOnlyKeys("GET");
    done(TestEngine.scale("web", false));
    proxy.forget();
    done(TestEngine.scale("web", false));
    assertThat(proxy.counts()).containsOnlyKeys("GET");
  }

  @Test
  void theOlderOfTwoControlPlanesLosesTheWriteItHadBegun() throws Exception {
    done(apply);
    var older = version(1);
    var newer = version(2);
    var held = new CountDownLatch(1);
    proxy.forget();
    proxy.once(DEPLOYMENT, new Fault.Held(held));
    var outcome = begin(older, 1);
    Eventually.eventually("it writes", () -> proxy.counts().getOrDefault("PATCH", 0) > 1);
    try (var other = TestEngine.of(INSTALLATION)) {
      assertThat(other.engine.perform(environment, newer, new Fence(2, 1)))
          .isInstanceOf(Outcome.Done.class);
    }
    held.countDown();
    assertThat(outcome.get()).isInstanceOf(Outcome.Failed.class);
    assertThat(((Outcome.Failed) outcome.get()).fault().message())
        .isEqualTo(
            "somebody else changed it on the cluster at the same time; it is looked at again");
    assertThat(workload().orElseThrow().applied()).isEqualTo(newer.digest());
  }

  @Test
  void aNamespaceStaysWhenTheLeaseIsLostAfterItWasMade() throws Exception {
    var held = new CountDownLatch(1);
    proxy.once("PATCH .*/limitranges/.*", new Fault.Held(held));
    var older = begin(apply, 1);
    Eventually.eventually(
        "the baseline is applied", () -> proxy.counts().getOrDefault("PATCH", 0) > 1);
    assertThat(begin(TestEngine.scale("web", true), 2).get()).isInstanceOf(Outcome.Done.class);
    held.countDown();
    assertThat(older.get()).isInstanceOf(Outcome.Stale.class);
    assertThat(begin(apply, 2).get()).isInstanceOf(Outcome.Done.class);
    assertThat(begin(TestEngine.await(apply), 2).get()).isInstanceOf(Outcome.Done.class);
  }

  private CompletableFuture<Outcome> begin(Step.AtEngine step, long lease) {
    var outcome = new CompletableFuture<Outcome>();
    Thread.startVirtualThread(
        () -> {
          try {
            outcome.complete(cluster.engine.perform(environment, step, new Fence(lease, 1)));
          } catch (InterruptedException e) {
            outcome.completeExceptionally(e);
          }
        });
    return outcome;
  }

  private static Step.Apply version(int restarts) throws Exception {
    var web = TestEngine.web("web", restarts, ResourcesSpec.DEFAULT, Optional.empty(), 60);
    return TestEngine.apply(web, TestEngine.image(TestBed.WEB, "1"));
  }
}
