package run.ephemeral.engine.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static run.ephemeral.testkit.Eventually.eventually;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.engine.kubernetes.client.ApiServer;
import run.ephemeral.engine.kubernetes.client.Kubeconfig;
import run.ephemeral.engine.kubernetes.object.Labels;
import run.ephemeral.testkit.FaultProxy;
import run.ephemeral.testkit.FaultProxy.Fault;
import run.ephemeral.testkit.TestBed;

/// A watch that dies in every way that is known of: whatever is missed is found by the next list.
@EnabledIf("run.ephemeral.testkit.TestBed#isUp")
class WatchTest {
  private static final PodWatch.Interval SHORT =
      new PodWatch.Interval(Duration.ofSeconds(1), Duration.ofMillis(500));
  private static final String GONE =
      """
      {"type":"ERROR","object":{"kind":"Status","status":"Failure","reason":"Expired","code":410}}
      """;

  private static final String INSTALLATION = TestEngine.installation();
  private static final String NAMESPACE = INSTALLATION;

  private final FaultProxy proxy = FaultProxy.open();
  private final ApiServer api;
  private final Set<EnvironmentId> changed = ConcurrentHashMap.newKeySet();
  private final List<String> alarms = new CopyOnWriteArrayList<>();
  private Optional<PodWatch> watch = Optional.empty();

  WatchTest() throws Exception {
    var kubeconfig = TestEngine.kubeconfig(proxy.url());
    api = new ApiServer(Kubeconfig.read(kubeconfig, Optional.empty()));
  }

  @BeforeAll
  static void prepare() {
    TestBed.kubectl("create", "ns", NAMESPACE);
    TestBed.kubectl("label", "ns", NAMESPACE, label());
  }

  private static String label() {
    return Labels.INSTALLATION + "=" + INSTALLATION;
  }

  @AfterEach
  void close() throws Exception {
    watch.ifPresent(PodWatch::close);
    api.close();
    proxy.close();
    TestBed.kubectl("-n", NAMESPACE, "delete", "pods", "--all", "--force", "--grace-period=0");
  }

  @AfterAll
  static void erase() {
    TestEngine.erase(INSTALLATION);
  }

  private void watch(PodWatch.Interval interval) {
    var begun =
        new PodWatch(
            api,
            new Labels(INSTALLATION),
            change -> changed.add(change.environment()),
            interval,
            alarms::add);
    begun.start();
    watch = Optional.of(begun);
  }

  /// A pod of an environment, which no node takes.
  private static void pod(long environment) {
    var labels = "%s,%s=%d".formatted(label(), Labels.ENVIRONMENT, environment);
    TestBed.kubectl(
        "-n",
        NAMESPACE,
        "run",
        "pod-" + environment,
        "--image=none",
        "--labels=" + labels,
        "--overrides={\"spec\":{\"nodeSelector\":{\"none\":\"none\"}}}");
  }

  private void told(long environment) {
    eventually("told of " + environment, () -> changed.contains(new EnvironmentId(environment)));
  }

  private void watches(int number) {
    eventually(number + " watches", () -> proxy.counts().getOrDefault("WATCH", 0) >= number);
  }

  @Test
  void whatASilentWatchKeepsBackIsFoundByTheNextListAndTheSilenceIsToldOf() {
    proxy.always("WATCH", new Fault.Silent());
    watch(SHORT);
    watches(1);
    pod(1);
    told(1);
    TestBed.kubectl("-n", NAMESPACE, "delete", "pod", "pod-1", "--force");
    changed.clear();
    told(1);
    assertThat(alarms)
        .first()
        .isEqualTo(
            "the watch of pods did not end after 1 s and is begun again: something between here"
                + " and the API server keeps silent connections open");
  }

  @Test
  void aWatchThatTheServerEndsInTimeIsNoAlarm() {
    watch(SHORT);
    watches(3);
    assertThat(alarms).isEmpty();
  }

  @Test
  void aWatchThatIsCutIsBegunAgain() {
    watch(PodWatch.Interval.USUAL);
    watches(1);
    pod(2);
    told(2);
    proxy.cut();
    pod(3);
    told(3);
    watches(2);
  }

  @Test
  void aGapOfTheServersMemoryIsClosedByAList() {
    proxy.once("WATCH", new Fault.Answered(200, List.of(), GONE));
    proxy.once("WATCH", Fault.Answered.of(410));
    watch(PodWatch.Interval.USUAL);
    watches(1);
    pod(4);
    told(4);
    watches(3);
    pod(5);
    told(5);
  }

  @Test
  void aServerThatIsBusyIsAskedAgainWhenItWants() {
    proxy.once("WATCH", Fault.Answered.of(429, "Retry-After: 1"));
    proxy.once("WATCH", Fault.Answered.of(503));
    proxy.once("WATCH", new Fault.Dropped());
    proxy.once("GET .*/pods", Fault.Answered.of(429, "Retry-After: 1"));
    proxy.once("GET .*/pods", Fault.Answered.of(500));
    watch(PodWatch.Interval.USUAL);
    watches(4);
    pod(6);
    told(6);
  }
}
