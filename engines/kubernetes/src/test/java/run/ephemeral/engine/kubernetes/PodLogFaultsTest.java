package run.ephemeral.engine.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.engine.kubernetes.object.Labels;
import run.ephemeral.testkit.Eventually;
import run.ephemeral.testkit.FaultProxy;
import run.ephemeral.testkit.FaultProxy.Fault;
import run.ephemeral.testkit.TestBed;

/// What readers of logs see while the API server, or the node that it asks, does not answer.
@EnabledIf("run.ephemeral.testkit.TestBed#isUp")
class PodLogFaultsTest {
  private static final String INSTALLATION = TestEngine.installation();
  private static final String IMAGE = TestBed.REGISTRY + "/testbed/counting";

  private final FaultProxy proxy = FaultProxy.open();
  private final TestEngine cluster;
  private final TestNamespace place;
  private final ArrayList<String> read = new ArrayList<>();

  PodLogFaultsTest() throws Exception {
    cluster = TestEngine.behind(proxy, INSTALLATION);
    place = TestNamespace.of(cluster);
  }

  @BeforeEach
  void start() throws Exception {
    var script = "i=0\nwhile true; do i=$((i+1)); echo line $i; busybox sleep 0.2; done\n";
    TestBed.pushScript(IMAGE + ":1", script);
    place.apply(TestEngine.web("counting"), TestEngine.image(IMAGE, "1"));
  }

  @AfterEach
  void close() throws Exception {
    cluster.close();
    proxy.close();
    TestEngine.erase(INSTALLATION);
  }

  private PodLogs logs(int last) {
    return new PodLogs(
        cluster.api, new Labels(INSTALLATION), place.key(), new ComponentName("counting"), last);
  }

  @Test
  void anApiServerThatIsAwayEndsNothingAndALineSaysSo() {
    var logs = logs(1000);
    Eventually.eventually("it is read", () -> read.addAll(logs.rest()));
    proxy.always("GET .*/pods.*", new Fault.Dropped());
    Eventually.eventually("a line says why", () -> read.addAll(logs.rest()));
    assertThat(read.removeLast())
        .startsWith("(ephemeral: waiting for more lines: the API server at ");
    assertThat(logs.rest()).isEmpty();
    proxy.heal();
    Eventually.eventually("more lines come", () -> read.addAll(logs.rest()));
    for (int i = 0; i < read.size(); i++) {
      assertThat(read.get(i)).isEqualTo("line " + (i + 1));
    }
  }

  @Test
  void aNodeThatDoesNotAnswerHoldsUpNothingElse() {
    Eventually.eventually("it is read", () -> !logs(1).rest().isEmpty());
    proxy.always("GET .*/log.*", new Fault.Held(new CountDownLatch(1)));
    assertThat(logs(10).rest())
        .singleElement()
        .asString()
        .matches(
            "\\(ephemeral: the log of pod counting-\\S+ cannot be read: its node sent no log within"
                + " 5 s\\)");
  }
}
